"""The OpenAPI document alone: is it 3.1, and does it agree with itself and
with the codes in the source?"""

import json
import os
import pathlib
import re
import unittest

import jsonschema

import described

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = pathlib.Path(os.environ.get(
    "REGISTRAR_OPENAPI", ROOT / "build/release/http/openapi.json"))

# The fixed fields of OpenAPI 3.1 objects that we use, with what each must
# have; "*": any name.
FIELDS = {
    "document": ({"openapi", "info", "servers", "tags", "paths",
                  "components"}, {"openapi", "info", "paths"}),
    "info": ({"title", "version", "summary", "description", "license"},
             {"title", "version"}),
    "operation": ({"tags", "operationId", "summary", "description", "security",
                   "parameters", "requestBody", "responses"},
                  {"tags", "operationId", "summary", "description", "security",
                   "responses"}),
    "parameter": ({"name", "in", "required", "description", "schema",
                   "example", "style", "explode", "allowEmptyValue"},
                  {"name", "in", "description", "schema", "example"}),
    "body": ({"required", "content"}, {"required", "content"}),
    "media": ({"schema", "example", "examples"}, {"schema"}),
    "answer": ({"description", "headers", "content"},
               {"description", "headers"}),
    "header": ({"description", "required", "schema"},
               {"description", "schema"}),
    "example": ({"summary", "value"}, {"summary", "value"}),
}


class the_document(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = DOCUMENT.read_text()
        cls.document = json.loads(
            cls.text, object_pairs_hook=described.without_duplicates)
        cls.contract = described.contract(cls.document)
        cls.components = cls.document["components"]

    def assert_fields(self, kind, x, where):
        allowed, needed = FIELDS[kind]
        self.assertLessEqual(set(x), allowed, where)
        self.assertGreaterEqual(set(x), needed, where)

    def each(self, part):
        return self.components[part].items()

    def medias(self):
        """(where, media object) of everything with a content."""
        for x in self.contract.operations:
            if x.media:
                yield f"{x} body", x.media
            for status, answer in x.answers.items():
                for media in answer.get("content", {}).values():
                    yield f"{x} {status}", media

    def test_has_the_fields_of_openapi_3_1_and_no_others(self):
        self.assertRegex(self.document["openapi"], r"^3\.1\.\d+$")
        self.assert_fields("document", self.document, "document")
        self.assert_fields("info", self.document["info"], "info")
        self.assertEqual(self.document["servers"], [{"url": "/"}])
        for kind, part in (("parameter", "parameters"), ("header", "headers"),
                           ("answer", "responses"), ("example", "examples")):
            for name, x in self.each(part):
                self.assert_fields(kind, x, f"{part}/{name}")
        for x in self.contract.operations:
            self.assert_fields("operation", x.given, x)
            if x.media:
                self.assert_fields("body", x.given["requestBody"], x)
            for status, answer in x.answers.items():
                self.assertRegex(status, r"^[1-5]\d\d$")
                self.assert_fields("answer", answer, f"{x} {status}")
            for parameter in x.parameters:
                self.assert_fields("parameter", parameter, x)
        for where, media in self.medias():
            self.assert_fields("media", media, where)
            self.assertFalse("example" in media and "examples" in media, where)

    def test_resolves_every_reference_and_uses_every_component(self):
        used = re.findall(r'"\$ref": "(#/components/[^"]+)"', self.text)
        self.assertGreater(len(used), 500)
        for reference in set(used):
            self.contract.resolved({"$ref": reference})
        # 405 is of a path, not of an operation.
        unused = {f"#/components/{part}/{name}"
                  for part in self.components if part != "securitySchemes"
                  for name in self.components[part]} - set(used)
        self.assertEqual(unused, {"#/components/responses/method_not_allowed"})

    def test_has_schemas_that_are_valid(self):
        for name, schema in self.each("schemas"):
            with self.subTest(name):
                jsonschema.Draft202012Validator.check_schema(schema)

    def test_lets_no_member_pass_that_it_does_not_name(self):
        for name, schema in self.each("schemas"):
            # Of itself it says the least.
            if "properties" in schema and name != "openapi_document":
                self.assertIs(schema["additionalProperties"], False, name)
                self.assertLessEqual(set(schema.get("required", [])),
                                     set(schema["properties"]), name)

    def test_lets_no_control_character_into_a_body(self):
        count = 0
        for x in self.contract.operations:
            if not x.media:
                continue
            schema = self.contract.resolved(x.media["schema"])
            for name, member in schema["properties"].items():
                count += 1
                self.assertNotEqual(
                    self.contract.faults(member, "a\x7fb"), [], f"{x} {name}")
        self.assertGreater(count, 30)

    def test_has_examples_that_keep_their_schemas(self):
        count = 0
        for where, media in self.medias():
            examples = [self.contract.resolved(x)["value"]
                        for x in media.get("examples", {}).values()]
            if "example" in media:
                examples.append(media["example"])
            for example in examples:
                count += 1
                self.assertEqual(
                    self.contract.faults(media["schema"], example), [], where)
        self.assertGreater(count, 400)
        for name, x in self.each("parameters"):
            self.assertEqual(self.contract.faults(x["schema"], x["example"]),
                             [], name)

    def test_has_an_example_of_every_success_and_every_code(self):
        for where, media in self.medias():
            schema = self.contract.resolved(media["schema"])
            codes = media["schema"].get("properties", {}).get("code")
            if codes:
                examples = {self.contract.resolved(x)["value"]["code"]
                            for x in media["examples"].values()}
                self.assertEqual(examples, set(codes["enum"]), where)
            elif schema.get("additionalProperties") is False:
                self.assertIn("example", media, where)

    def test_names_each_operation_and_each_parameter_once(self):
        ids = [x.id for x in self.contract.operations]
        self.assertEqual(len(set(ids)), len(ids))
        tags = [x["name"] for x in self.document["tags"]]
        for x in self.contract.operations:
            names = [(p["in"], p["name"]) for p in x.parameters]
            self.assertEqual(len(set(names)), len(names), x)
            holes = set(re.findall(r"{(\w+)}", x.template))
            self.assertEqual(holes, {n for place, n in names
                                     if place == "path"}, x)
            self.assertEqual(len(x.given["tags"]), 1)
            self.assertIn(x.given["tags"][0], tags)

    def test_says_who_may_and_what_they_are_told_who_may_not(self):
        roles = {"student", "staff", "admin", "operator"}
        for x in self.contract.operations:
            named = [y["bearer"] for y in x.given["security"]]
            self.assertLessEqual({r for y in named for r in y}, roles)
            self.assertTrue(all(len(y) == 1 for y in named), x)
            is_open = not x.template.startswith(
                ("/api/v1/", "/metrics", "/console"))
            self.assertEqual(not named, is_open, x)
            for status in ("401", "403"):
                self.assertEqual(status not in x.answers, is_open, x)

    def test_documents_every_code_that_the_source_answers(self):
        documented = {pair for x in self.contract.operations
                      for pair in x.codes()}
        # Of paths, not of operations; the latter stands for all names.
        documented |= {(405, "method_not_allowed"), (404, "not_found")}
        pattern = re.compile(
            r'(?:problem|fault)\(\s*(\d{3}),\s*"([a-z_]+)"'
            r'|return \{(\d{3}), "([a-z_]+)"\}')
        found = set()
        for file in (ROOT / "http").rglob("*.cpp"):
            for a, b, c, d in pattern.findall(file.read_text()):
                found.add((int(a or c), b or d))
        self.assertGreater(len(found), 25)
        self.assertEqual(found - documented, set())


if __name__ == "__main__":
    unittest.main()
