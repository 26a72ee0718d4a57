"""The interface as /openapi.json describes it, and nothing else: finds the
operation of a request, and every way in which a request or an answer departs
from it."""

import datetime
import http.client
import json
import re
import urllib.parse

import jsonschema

PROBLEM = "application/problem+json"
# Fields of HTTP itself, of browsers' safety and of CORS: on any answer.
HTTP_FIELDS = {
    "connection", "content-encoding", "content-length", "content-type", "date",
    "transfer-encoding", "vary", "x-content-type-options", "referrer-policy",
    "cross-origin-opener-policy", "cross-origin-resource-policy",
    "access-control-allow-origin", "access-control-expose-headers",
}


def is_time(text):
    try:
        datetime.datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
    except ValueError:
        return False
    return True


def is_date(text):
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


FORMATS = {
    "uuid": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
    .fullmatch,
    "uri": re.compile(r"[a-z]+:\S+").fullmatch,
    "uri-reference": re.compile(r"[^\s<>]+").fullmatch,
    "date-time": is_time, "date": is_date,
}
checker = jsonschema.FormatChecker(formats=())
for form, holds in FORMATS.items():
    checker.checks(form)(
        lambda x, holds=holds: not isinstance(x, str) or bool(holds(x)))


def without_duplicates(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is there twice")
    return members


class operation:
    def __init__(self, whole, method, template, item, given):
        self.id = given["operationId"]
        self.method = method.upper()
        self.template = template
        self.given = given
        self.parameters = [
            whole.resolved(x)
            for x in item.get("parameters", []) + given.get("parameters", [])]
        self.answers = {status: whole.resolved(x)
                        for status, x in given["responses"].items()}
        body = given.get("requestBody")
        self.media = body and body["content"]["application/json"]
        hole = re.escape(template).replace(r"\{", "{").replace(r"\}", "}")
        self.pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", hole))

    def __str__(self):
        return f"{self.method} {self.template}"

    def parameter(self, place, name):
        for x in self.parameters:
            if x["in"] == place and (x["name"] == name or place == "header" and
                                     x["name"].lower() == name.lower()):
                return x
        return None

    def success(self):
        return next(int(x) for x in self.answers if x.startswith("2"))

    def codes(self):
        """(status, code) of every problem it documents."""
        return [(int(status), code)
                for status, x in self.answers.items()
                if PROBLEM in x.get("content", {})
                for code in x["content"][PROBLEM]["schema"]["properties"]
                ["code"]["enum"]]


class contract:
    def __init__(self, document):
        self.document = document
        self.validators = {}
        self.operations = [
            operation(self, method, path, item, given)
            for path, item in document["paths"].items()
            for method, given in item.items() if method != "parameters"]

    def resolved(self, node):
        while "$ref" in node:
            found = self.document
            for part in node["$ref"][2:].split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            node = dict(found, **{k: v for k, v in node.items()
                                  if k != "$ref"})
        return node

    def faults(self, schema, value):
        """Where a value breaks a schema."""
        text = json.dumps(schema, sort_keys=True)
        if text not in self.validators:
            # References are within the whole document.
            root = {"allOf": [schema],
                    "components": self.document["components"]}
            self.validators[text] = jsonschema.Draft202012Validator(
                root, format_checker=checker)
        return [f"{'/'.join(map(str, x.absolute_path)) or 'it'}: {x.message}"
                for x in self.validators[text].iter_errors(value)]

    def text_faults(self, schema, text):
        """The same for a value in a query, path or header."""
        whole = self.resolved(schema)
        kind = whole.get("type")
        value = text
        if kind == "integer" and re.fullmatch(r"\d+", text):
            value = int(text)
        elif kind == "boolean" and text in ("true", "false"):
            value = text == "true"
        elif kind == "array":
            value = text.split(",")
        return self.faults(schema, value)

    def find(self, method, path):
        """(operation, its path parameters), or (None, None)."""
        # A template without holes names its path before any other does.
        for x in sorted(self.operations, key=lambda x: "{" in x.template):
            found = x.pattern.fullmatch(path)
            if found and method in (x.method, "HEAD" if x.method == "GET"
                                    else None):
                return x, found.groupdict()
        return None, None

    def request_faults(self, what, target, headers, body=None):
        """@param body: bytes, or None."""
        path, _, query = target.partition("?")
        found = what.pattern.fullmatch(urllib.parse.unquote(path))
        places = [("path", n, v) for n, v in found.groupdict().items()]
        pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
        places += [("query", n, v) for n, v in pairs]
        faults = [] if len(dict(pairs)) == len(pairs) else ["a query twice"]
        faults += [f"{x['name']} is missing" for x in what.parameters
                   if x["in"] == "query" and x.get("required")
                   and x["name"] not in dict(pairs)]
        for place, name, value in places:
            x = what.parameter(place, name)
            faults += ([f"{name} is not documented"] if x is None
                       else self.text_faults(x["schema"], value))
        for name, value in headers.items():
            x = what.parameter("header", name)
            if x is not None:
                faults += self.text_faults(x["schema"], value)
        return faults + self.body_faults(what, body)

    def body_faults(self, what, body):
        if what.media is None or body is None:
            wanted = what.media is not None
            return [] if wanted == (body is not None) else ["body or none"]
        try:
            value = json.loads(body, object_pairs_hook=without_duplicates)
        except ValueError as why:
            return [str(why)]
        return self.faults(what.media["schema"], value)

    def answer_faults(self, what, status, headers, body, is_head=False):
        """@param headers: names in lower case."""
        answer = what.answers.get(str(status))
        if answer is None:
            return [f"{what}: the status {status} is not documented"]
        faults = []
        documented = {name.lower(): self.resolved(x)
                      for name, x in answer.get("headers", {}).items()}
        for name, x in documented.items():
            if name in headers:
                faults += [f"{name}: {y}" for y in
                           self.text_faults(x["schema"], headers[name])]
            elif x.get("required"):
                faults.append(f"the header {name} is missing")
        faults += [f"the header {name} is not documented"
                   for name in headers
                   if name not in documented and name not in HTTP_FIELDS]
        if not is_head:
            faults += self.content_faults(answer, headers, body)
        return [f"{what} {status}: {x}" for x in faults]

    def content_faults(self, answer, headers, body):
        content = answer.get("content")
        if content is None:
            return ["there is a body"] if body else []
        kind = headers.get("content-type", "").partition(";")[0]
        if kind not in content:
            return [f"the content type {kind} is not documented"]
        value = body
        if kind.endswith("json"):
            try:
                value = json.loads(body, object_pairs_hook=without_duplicates)
            except ValueError as why:
                return [str(why)]
        return self.faults(content[kind]["schema"], value)


def fetched(port):
    """The contract of the server on a port; None where it has no time."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/openapi.json")
        got = connection.getresponse()
        return contract(json.load(got)) if got.status == 200 else None
    finally:
        connection.close()
