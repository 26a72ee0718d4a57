"""Holds the tree against the table of rooms, and the check against itself."""

import pathlib
import unittest

import rooms

ROOT = pathlib.Path(__file__).resolve().parents[2]


class the_check(unittest.TestCase):
    def sentences(self, path, text):
        return list(rooms.include_findings(path, text))

    def test_finds_http_that_includes_actors(self):
        found = self.sentences("http/routes.cpp",
                               '#include "actors/section.hpp"\n')
        self.assertEqual(
            found, ["http/routes.cpp:1: http may not include actors "
                    "(actors/section.hpp)"])

    def test_finds_a_store_that_includes_an_adapter(self):
        self.assertTrue(self.sentences("storage/rules/a.cpp",
                                       '#include "storage/memory/b.hpp"\n'))

    def test_finds_a_driver_in_a_header(self):
        line = "#include <sqlite3.h>\n"
        self.assertTrue(self.sentences("storage/embedded/a.hpp", line))
        self.assertFalse(self.sentences("storage/embedded/a.cpp", line))

    def test_finds_caf_in_http(self):
        self.assertTrue(self.sentences("http/server.cpp",
                                       "#include <caf/all.hpp>\n"))

    def test_finds_a_terminal_outside_the_commands(self):
        line = "#include <curses.h>\n"
        self.assertTrue(self.sentences("http/server.cpp", line))
        self.assertTrue(self.sentences("actors/system.hpp",
                                       "#include <ncursesw/ncurses.h>\n"))
        self.assertFalse(self.sentences("cli/top/terminal.cpp", line))

    def test_lets_the_composition_root_include_everything(self):
        self.assertFalse(self.sentences(
            "cli/main.cpp",
            '#include "actors/system.hpp"\n#include <CLI/CLI.hpp>\n'))

    def test_finds_a_room_without_readme(self):
        self.assertEqual(list(rooms.readme_findings("http", None)),
                         ["http: has no README.md"])

    def test_finds_a_long_file_and_a_path_of_a_machine(self):
        self.assertTrue(list(rooms.source_findings("a.cpp", "\n" * 401)))
        self.assertTrue(list(rooms.source_findings(
            "a.cpp", "open(\"/" + "home/somebody/x\");\n")))


class the_tree(unittest.TestCase):
    def test_keeps_the_table_of_who_may_include_whom(self):
        self.maxDiff = None
        found = list(rooms.findings(ROOT))
        self.assertEqual(found, [], "\n" + "\n".join(found))

    def test_quotes_the_example_in_contributing_as_it_is_built(self):
        code = (ROOT / "tests/example/bell_test.cpp").read_text()
        self.assertIn(f"```cpp\n{code}```",
                      (ROOT / "CONTRIBUTING.md").read_text())

    def test_is_not_empty(self):
        sources = [x for x in ROOT.rglob("*.cpp")
                   if rooms.room_of(x.relative_to(ROOT).as_posix())]
        self.assertGreater(len(sources), 30)


if __name__ == "__main__":
    unittest.main()
