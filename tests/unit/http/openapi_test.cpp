// The OpenAPI document and the router, both ways, and the page made of it.

#include "config/limits.hpp"
#include "http/json_reader.hpp"
#include "http/openapi/docs_operation.hpp"
#include "http/openapi/docs_page.hpp"
#include "http/openapi/docs_text.hpp"
#include "http/openapi/documents.hpp"
#include "http/routes.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

using namespace registrar;

namespace {

const document_json& document() {
  static const auto parsed = document_json::parse(openapi_document());
  return parsed;
}

const document_json& schema(const char* pointer) {
  return document()["components"]["schemas"].at(
    document_json::json_pointer{pointer});
}

const document_json& parameter(const char* name) {
  return document()["components"]["parameters"].at(name)["schema"];
}

std::string lower(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  });
  return result;
}

/// Calls `act` with path, method and operation of each.
template <class Act>
void for_operations(Act act) {
  for (const auto& [path, item] : document()["paths"].items())
    for (const auto& [method, operation] : item.items())
      if (method != "parameters")
        act(path, method, operation);
}

void check_references(const document_json& node, int& count) {
  if (node.is_object() && node.contains("$ref")) {
    auto pointer = node["$ref"].get<std::string>();
    CAPTURE(pointer);
    REQUIRE(pointer.substr(0, 2) == "#/");
    CHECK(document().contains(document_json::json_pointer{pointer.substr(1)}));
    ++count;
  }
  for (const auto& child : node)
    if (child.is_structured())
      check_references(child, count);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("the document is strict JSON and OpenAPI 3.1") {
  // Our own reader refuses a member that is there twice.
  CHECK(read_json(openapi_document()));
  CHECK(document()["openapi"] == "3.1.0");
  CHECK(document()["info"]["version"] != "");
}

TEST_CASE("every route has an operation and every operation a route") {
  std::set<std::string> routed;
  for (const auto& route : routes())
    routed.insert(std::string{route.pattern} + ' ' + lower(route.method));
  std::set<std::string> documented;
  for_operations([&](const auto& path, const auto& method, const auto&) {
    documented.insert(path + ' ' + method);
  });
  CHECK(documented == routed);
}

TEST_CASE("an operation takes a body and says no-store where its route does") {
  for (const auto& route : routes()) {
    CAPTURE(route.pattern);
    const auto& operation
      = document()["paths"][std::string{route.pattern}][lower(route.method)];
    CHECK(operation.contains("requestBody") == route.takes_json);
    CHECK(operation["responses"].contains("415") == route.takes_json);
    auto success = std::find_if(
      operation["responses"].begin(), operation["responses"].end(),
      [](const document_json& x) { return !x.contains("$ref"); });
    REQUIRE(success != operation["responses"].end());
    auto cache
      = success->at("headers").value("Cache-Control", document_json::object());
    CHECK((cache.value("$ref", "") == "#/components/headers/no_store")
          == route.is_personal);
  }
}

TEST_CASE("an operation lets in whom its route lets in") {
  const std::map<access_scope, std::set<std::string>> roles{
    {access_scope::everybody, {}},
    {access_scope::any_role, {"student", "staff", "admin", "operator"}},
    {access_scope::student_self, {"student", "staff", "admin"}},
    {access_scope::staff, {"staff", "admin"}},
    {access_scope::admin, {"admin"}},
    {access_scope::operations, {"operator"}},
  };
  for (const auto& route : routes()) {
    CAPTURE(route.pattern);
    std::set<std::string> documented;
    for (const auto& one : document()["paths"][std::string{route.pattern}]
                                     [lower(route.method)]["security"])
      documented.insert(one["bearer"][0].get<std::string>());
    CHECK(documented == roles.at(route.scope));
  }
}

TEST_CASE("every reference leads somewhere") {
  auto count = 0;
  check_references(document(), count);
  CHECK(count > 500);
}

TEST_CASE("the document's bounds are the service's") {
  using namespace registrar::limits;
  const auto& sections = schema("/registration_request/properties/section_ids");
  CHECK(sections["minItems"] == 1);
  CHECK(sections["maxItems"] == sections_per_request_max);
  CHECK(schema("/registration_request/properties/idempotency_key")["maxLength"]
        == key_length_max);
  CHECK(schema("/seats")["maximum"] == total_seats_max);
  CHECK(schema("/waitlist_capacity")["maximum"] == total_seats_max);
  CHECK(schema("/log_level_change/properties/for_seconds")["maximum"]
        == std::chrono::seconds{log_level_time_max}.count());
  CHECK(parameter("limit")["maximum"] == page_rows_max);
  CHECK(parameter("limit")["default"] == page_rows_default);
  CHECK(schema("/section_page/properties/sections")["maxItems"]
        == page_rows_max);
  CHECK(parameter("x_request_id")["maxLength"] == request_id_length_max);
  for (const auto& one :
       document()["paths"]["/api/v1/sections"]["get"]["parameters"])
    if (one.value("name", "") == "ids")
      CHECK(one["schema"]["maxItems"] == query_ids_max);
}

TEST_CASE("the page shows every operation, parameter and code") {
  const auto& page = the_docs_page().html;
  CHECK(page.substr(0, 15) == "<!doctype html>");
  for_operations([&](const auto& path, const auto&, const auto& operation) {
    CAPTURE(path);
    auto id = operation["operationId"].template get<std::string>();
    CHECK(has(page, "<article id=\"" + id + "\">"));
    CHECK(has(page, "href=\"#" + id + "\""));
    CHECK(has(page, "<code>" + path + "</code>"));
  });
  for (const auto& [name, x] : document()["components"]["parameters"].items())
    CHECK(has(page, "<code>" + x["name"].get<std::string>() + "</code>"));
  for (const auto& [name, x] : document()["components"]["examples"].items())
    CHECK(has(page, "<code>" + x["value"]["code"].get<std::string>()));
}

TEST_CASE("the page needs nothing but itself") {
  const auto& page = the_docs_page().html;
  for (auto part : {"<script", "<img", "<link", "src=", "style=\"", "@import",
                    "url(", "onclick"})
    CHECK_FALSE(has(page, part));
  // Its links stay here.
  for (auto at = page.find("href=\""); at != std::string::npos;
       at = page.find("href=\"", at + 1))
    CHECK((page[at + 6] == '#' || page[at + 6] == '/'));
  CHECK(has(the_docs_page().content_security_policy,
            "default-src 'none'; style-src 'sha256-"));
}

TEST_CASE("every link of the page has its target") {
  const auto& page = the_docs_page().html;
  auto count = 0;
  for (auto at = page.find("href=\"#"); at != std::string::npos;
       at = page.find("href=\"#", at + 1)) {
    auto name = page.substr(at + 7, page.find('"', at + 7) - at - 7);
    CAPTURE(name);
    CHECK(has(page, " id=\"" + name + '"'));
    ++count;
  }
  CHECK(count > 100);
}

TEST_CASE("text cannot become a tag") {
  CHECK(escaped("<a b=\"c\">&") == "&lt;a b=&quot;c&quot;&gt;&amp;");
  CHECK(marked("a `<b>` c") == "a <code>&lt;b&gt;</code> c");
  CHECK(marked("a ` b") == "a ` b");
  std::string out;
  append_markdown(out, "## A\n\nb\nc\n\n- d\n  e\n- `f`\n\ng\n");
  CHECK(out
        == "<h2>A</h2>\n<p>b c</p>\n<ul>\n<li>d e</li>\n"
           "<li><code>f</code></li>\n</ul>\n<p>g</p>\n");
}

TEST_CASE("a schema is told in a line") {
  auto line = [](const char* text) {
    return type_line(document(), document_json::parse(text));
  };
  CHECK(line(R"({"type":"integer","minimum":0,"maximum":1000000})")
        == "integer, 0 to 1,000,000");
  CHECK(line(R"({"type":["string","null"],"maxLength":200})")
        == "string or null, up to 200 characters");
  CHECK(line(R"({"enum":["a","b"],"default":"a"})")
        == "<code>&quot;a&quot;</code>, <code>&quot;b&quot;</code>, default "
           "<code>&quot;a&quot;</code>");
  CHECK(line(R"({"type":"array","minItems":1,"maxItems":20,)"
             R"("items":{"type":"string"}})")
        == "array of 1 to 20 × string");
}
