"""Who may include whom, and what every room must have.

The table is the one of DESIGN section 4; `findings` yields one sentence for
each line of the tree that breaks it.
"""

import pathlib
import re

# Third-party headers by the name under which the table allows them.
THIRD_PARTY = {
    "caf": re.compile(r"caf/"),
    "nlohmann": re.compile(r"nlohmann/"),
    "tomlplusplus": re.compile(r"toml\+\+/"),
    "spdlog": re.compile(r"(spdlog|fmt)/"),
    "boost": re.compile(r"boost/"),
    "cli11": re.compile(r"CLI/"),
    "sqlite": re.compile(r"sqlite3\.h"),
    "openssl": re.compile(r"openssl/"),
    "zlib": re.compile(r"zlib\.h"),
    "pqxx": re.compile(r"pqxx/"),
    "hiredis": re.compile(r"hiredis/"),
    "libjwt": re.compile(r"jwt\.h"),
    "prometheus-cpp": re.compile(r"prometheus/"),
    "ncurses": re.compile(r"(ncursesw?/)?(n?curses|term)\.h"),
}

ANY = None

# room: (rooms it may include, libraries anywhere, libraries in .cpp only).
# OpenSSL's digests are in messages because ids and partitions are named by
# SHA; zlib's checksum guards the journal's records, and its deflate makes
# large answers small.
ROOMS = {
    "messages": (set(), {"caf", "nlohmann"}, {"openssl"}),
    "config": ({"messages"}, {"spdlog"}, {"tomlplusplus"}),
    "storage/ports": ({"messages"}, set(), set()),
    "storage/rules": ({"messages"}, set(), set()),
    "storage/memory": (
        {"storage/ports", "storage/rules", "messages", "config"},
        set(), set()),
    "storage/embedded": (
        {"storage/ports", "storage/rules", "messages", "config",
         "storage/migrations"},
        set(), {"sqlite", "zlib"}),
    "storage/postgres": (
        {"storage/ports", "storage/rules", "messages", "config",
         "storage/migrations"},
        set(), {"pqxx"}),
    "storage/redis": (
        {"storage/ports", "storage/rules", "messages", "config"},
        set(), {"hiredis"}),
    "storage/migrations": (set(), set(), set()),
    # The factory is the one place that knows every adapter.
    "storage": (
        {"storage/ports", "storage/rules", "storage/memory",
         "storage/embedded", "storage/postgres", "storage/redis",
         "messages", "config"},
        set(), set()),
    "actors": ({"messages", "config", "storage/ports"}, {"caf"}, set()),
    "http": (
        {"messages", "config"}, {"boost", "nlohmann", "openssl"},
        {"libjwt", "prometheus-cpp", "zlib"}),
    "cli": (ANY, ANY, ANY),
    "docker": (set(), set(), set()),
}

HEADINGS = ["Purpose", "May include", "Files", "Promises", "To add one",
            "To test"]
README_LINES_MAX = 60
SOURCE_LINES_MAX = 400
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
# A machine's own paths do not belong into the tree.
FORBIDDEN = re.compile(r"/(home|root|Users)/[a-z]")


def room_of(path):
    """The innermost room that holds a path, or None."""
    parts = pathlib.PurePosixPath(path).parts
    for size in (2, 1):
        name = "/".join(parts[:size])
        if len(parts) > size and name in ROOMS:
            return name
    return None


def included_room(target):
    room = room_of(target)
    return room if room else None


def library_of(target):
    for name, pattern in THIRD_PARTY.items():
        if pattern.match(target):
            return name
    return None


def include_findings(path, text):
    room = room_of(path)
    if room is None:
        return
    rooms, libraries, cpp_libraries = ROOMS[room]
    is_source = path.endswith(".cpp")
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        target = found.group(2)
        where = f"{path}:{number}"
        other = included_room(target)
        if other and other != room and rooms is not ANY \
                and other not in rooms:
            yield f"{where}: {room} may not include {other} ({target})"
        library = library_of(target)
        if not library or libraries is ANY or library in libraries:
            continue
        if library in cpp_libraries:
            if not is_source:
                yield f"{where}: {room} may include {library} in .cpp only"
        else:
            yield f"{where}: {room} may not include {library} ({target})"


def readme_findings(room, text):
    if text is None:
        yield f"{room}: has no README.md"
        return
    lines = text.splitlines()
    if len(lines) > README_LINES_MAX:
        yield f"{room}/README.md: has {len(lines)} lines, at most " \
              f"{README_LINES_MAX}"
    found = [x.lstrip("#").strip() for x in lines if x.startswith("## ")]
    if found != HEADINGS:
        yield f"{room}/README.md: headings are {found}, not {HEADINGS}"


def source_findings(path, text):
    lines = text.count("\n")
    if lines > SOURCE_LINES_MAX:
        yield f"{path}: has {lines} lines, at most {SOURCE_LINES_MAX}"
    for number, line in enumerate(text.splitlines(), 1):
        if FORBIDDEN.search(line):
            yield f"{path}:{number}: names a path of one machine"
        if re.search(r"\b(TODO|FIXME|XXX)\b", line):
            yield f"{path}:{number}: leaves a task that nothing tracks"


def findings(root):
    """All findings below `root`, a checkout."""
    root = pathlib.Path(root)
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if name.startswith(("build/", ".git/", "data/")) \
                or path.suffix not in (".cpp", ".hpp"):
            continue
        text = path.read_text()
        yield from include_findings(name, text)
        yield from source_findings(name, text)
    for room in ROOMS:
        readme = root / room / "README.md"
        yield from readme_findings(
            room, readme.read_text() if readme.exists() else None)
