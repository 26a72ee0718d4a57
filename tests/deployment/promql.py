"""As much of PromQL as the shipped rules and dashboards use: which series an
expression asks for."""

import re

TEXT = r'"(?:[^"\\]|\\.)*"'
SELECTOR = re.compile(
    rf"(?P<name>[a-zA-Z_][a-zA-Z0-9_]*)\s*(?P<labels>\{{[^}}]*\}})?"
    r"(?:\[(?P<range>[^\]]+)\])?(?P<call>\s*\()?")
MATCHER = re.compile(rf"\s*(\w+)\s*(=~|!~|!=|=)\s*({TEXT})\s*,?")
GROUPING = re.compile(r"\b(by|without|on|ignoring)\s*\(([^)]*)\)")
WORDS = {"and", "or", "unless", "bool", "offset"}


class selector:
    def __init__(self, name, labels, span):
        self.name = name
        self.span = span
        self.matchers = []
        at, inside = 0, (labels or "{}")[1:-1]
        while at < len(inside):
            found = MATCHER.match(inside, at)
            if not found:
                raise AssertionError(f"cannot be read: {name}{labels}")
            self.matchers.append((found[1], found[2], found[3][1:-1]))
            at = found.end()

    def __str__(self):
        return f"{self.name}{self.matchers}"

    def takes(self, labels):
        """Whether a series with these labels is asked for."""
        def holds(name, sign, text):
            value = labels.get(name, "")
            same = (re.fullmatch(text, value) is not None if "~" in sign
                    else text == value)
            return same != sign.startswith("!")
        return all(holds(*x) for x in self.matchers)


def selectors(expression):
    text = GROUPING.sub(" ", expression)
    return [selector(x["name"], x["labels"], x["range"])
            for x in SELECTOR.finditer(text)
            if not x["call"] and x["name"] not in WORDS]


def groupings(expression):
    """Labels that results are grouped by."""
    return {x.strip() for _, names in GROUPING.findall(expression)
            for x in names.split(",") if x.strip()}


def seconds(span):
    """Of `30s`, `5m`, `1h`, `1d`."""
    found = re.fullmatch(r"(\d+)([smhd])", span)
    if not found:
        raise AssertionError(f"{span} is no duration")
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]
