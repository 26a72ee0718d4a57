"""A strict reader of Prometheus' text format, version 0.0.4: whatever departs
from it, or from what its types mean, is a fault."""

import collections
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"')
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?([eE][+-]?\d+)?|Inf|[Nn]a[Nn])")
KINDS = {"counter", "gauge", "histogram", "summary", "untyped"}


class fault(AssertionError):
    pass


class family:
    def __init__(self, name, text):
        self.name = name
        self.help = text
        self.kind = None
        # (name of the sample, labels as sorted pairs) -> value
        self.samples = {}


def number(text):
    if not NUMBER.fullmatch(text):
        raise fault(f"{text} is no number")
    return float(text)


def labels_of(text):
    """Sorted pairs; nothing but pairs with commas between."""
    found, at = [], 0
    while at < len(text):
        one = LABEL.match(text, at)
        if not one:
            raise fault(f"labels cannot be read: {text}")
        value = re.sub(r"\\(.)", lambda x: {"n": "\n"}.get(x[1], x[1]), one[2])
        found.append((one[1], value))
        at = one.end()
        if at < len(text):
            if text[at] != "," or at + 1 == len(text):
                raise fault(f"labels are not separated: {text}")
            at += 1
    names = [name for name, _ in found]
    if len(set(names)) != len(names):
        raise fault(f"a label is there twice: {text}")
    return tuple(sorted(found))


def read(text):
    """Families by name, in order. Raises `fault`."""
    if not text.endswith("\n"):
        raise fault("the last line does not end")
    families, current = {}, None
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            name, _, words = line[7:].partition(" ")
            if name in families or not re.fullmatch(NAME, name) or not words:
                raise fault(f"not a new family with its help: {line}")
            current = families[name] = family(name, words)
        elif line.startswith("# TYPE "):
            name, _, kind = line[7:].partition(" ")
            if current is None or name != current.name or current.kind \
                    or current.samples or kind not in KINDS:
                raise fault(f"not the type of the family above: {line}")
            current.kind = kind
        else:
            add_sample(current, line)
    for one in families.values():
        check(one)
    return families


def add_sample(current, line):
    found = SAMPLE.fullmatch(line)
    if not found:
        raise fault(f"not a sample: {line!r}")
    name, labels, value = found.groups()
    ends = ("_bucket", "_sum", "_count")
    wanted = ({current.name + x for x in ends}
              if current and current.kind == "histogram"
              else {current and current.name})
    if current is None or current.kind is None or name not in wanted:
        raise fault(f"not a sample of the family above: {line}")
    key = (name, labels_of(labels or ""))
    if key in current.samples:
        raise fault(f"a series is there twice: {line}")
    current.samples[key] = number(value)


def check(one):
    if one.kind is None or not one.samples:
        raise fault(f"{one.name} has no type or no sample")
    if one.kind == "counter":
        for key, value in one.samples.items():
            if not value >= 0:
                raise fault(f"the counter {key} is {value}")
    if one.kind == "histogram":
        check_histogram(one)


def check_histogram(one):
    buckets = collections.defaultdict(list)
    for (name, labels), value in one.samples.items():
        if name.endswith("_bucket"):
            bound = number(dict(labels)["le"])
            rest = tuple(x for x in labels if x[0] != "le")
            buckets[rest].append((bound, value))
    for rest, found in buckets.items():
        bounds = [bound for bound, _ in found]
        counts = [count for _, count in found]
        if bounds != sorted(set(bounds)) or bounds[-1] != float("inf"):
            raise fault(f"{one.name} {rest}: bounds are {bounds}")
        if counts != sorted(counts):
            raise fault(f"{one.name} {rest}: buckets are not cumulative")
        if one.samples.get((one.name + "_count", rest)) != counts[-1]:
            raise fault(f"{one.name} {rest}: the count is not the last bucket")
        if one.samples.get((one.name + "_sum", rest)) is None:
            raise fault(f"{one.name} {rest}: there is no sum")
    if 3 * len(buckets) > len(one.samples):
        raise fault(f"{one.name}: series without buckets")


class page:
    """One scrape, by name and labels."""

    def __init__(self, text):
        self.families = read(text)

    def value(self, name, **labels):
        for end in ("", "_bucket", "_sum", "_count"):
            owner = self.families.get(name[:-len(end)] if end else name)
            if owner and name.endswith(end):
                key = (name, tuple(sorted(labels.items())))
                if key in owner.samples:
                    return owner.samples[key]
        raise KeyError(f"{name} {labels}")

    def series(self):
        return {key: value for one in self.families.values()
                for key, value in one.samples.items()}

    def counters(self):
        """All that must never fall: counters, and the parts of histograms."""
        return {key: value for one in self.families.values()
                if one.kind in ("counter", "histogram")
                for key, value in one.samples.items()}

    def names(self):
        """As they are used in queries."""
        return {name for name, _ in self.series()}
