#include "http/openapi/docs_operation.hpp"

#include "http/openapi/docs_text.hpp"

#include <algorithm>
#include <vector>

namespace registrar {

namespace {

using json = document_json;

/// Where ./run serves.
constexpr std::string_view example_server = "http://127.0.0.1:8080";

const json& at(const json& object, const char* pointer) {
  static const json nothing;
  json::json_pointer where{pointer};
  return object.contains(where) ? object.at(where) : nothing;
}

std::vector<json> parameters_of(const json& document,
                                const described_operation& x) {
  std::vector<json> result;
  for (const auto* holder : {&x.path_item, &x.operation})
    for (const auto& one : at(*holder, "/parameters"))
      result.push_back(resolved(document, one));
  return result;
}

/// Whether every operation has this same answer.
bool is_common(const json& document, const std::string& status,
               const json& answer) {
  for (const auto& [path, item] : document["paths"].items())
    for (const auto& [method, operation] : item.items())
      if (operation.is_object()) {
        const auto& answers = operation["responses"];
        if (!answers.contains(status) || answers[status] != answer)
          return false;
      }
  return answer.contains("$ref");
}

void append_roles(std::string& out, const json& operation) {
  const auto& allowed = operation["security"];
  if (allowed.empty()) {
    out += "<p class=\"roles\">For everybody, without a token.</p>\n";
    return;
  }
  out += "<p class=\"roles\">For";
  for (const auto& one : allowed)
    out += (one == allowed.front() ? " <code>" : ", <code>")
           + escaped(one["bearer"][0].get<std::string>()) + "</code>";
  out += "</p>\n";
}

void append_parameters(std::string& out, const json& document,
                       const described_operation& x) {
  out += "<h4>Parameters</h4>\n<dl class=\"members\">\n";
  for (const auto& one : parameters_of(document, x)) {
    out += "<dt><code>" + escaped(text_of(one, "name"))
           + "</code> <span class=\"type\">" + text_of(one, "in") + ", "
           + type_line(document, one["schema"]) + "</span>";
    if (one.value("required", false))
      out += " <span class=\"required\">required</span>";
    out += "</dt>\n<dd>" + marked(text_of(one, "description")) + "</dd>\n";
  }
  out += "</dl>\n";
}

void append_body(std::string& out, const json& document,
                 const described_operation& x) {
  const auto& body
    = at(x.operation, "/requestBody/content/application~1json/schema");
  if (body.is_null())
    return;
  out += "<h4>Body</h4>\n";
  auto description = text_of(resolved(document, body), "description");
  if (!description.empty())
    out += "<p>" + marked(description) + "</p>\n";
  append_members(out, document, body, direction::asked);
}

void append_codes(std::string& out, const json& document, const json& media) {
  out += "<ul class=\"codes\">\n";
  for (const auto& [name, example] : at(media, "/examples").items()) {
    auto whole = resolved(document, example);
    auto code = text_of(whole["value"], "code");
    if (code == name)
      out += "<li><a href=\"#code-" + escaped(code) + "\"><code>"
             + escaped(code) + "</code></a> "
             + marked(text_of(whole, "summary")) + "</li>\n";
  }
  out += "</ul>\n";
}

/// Their names, each a link to what it says.
void append_headers(std::string& out, const json& answer) {
  std::string names;
  for (const auto& [name, header] : at(answer, "/headers").items()) {
    auto anchor = text_of(header, "$ref");
    names += (names.empty() ? "" : ", ") + std::string{"<a href=\"#header-"}
             + escaped(anchor.substr(anchor.rfind('/') + 1)) + "\">"
             + escaped(name) + "</a>";
  }
  out += "<p class=\"type\">Headers: " + names + "</p>\n";
}

/// Text as it comes, all else as JSON.
std::string shown(const json& example) {
  return example.is_string() ? example.get<std::string>() : example.dump(2);
}

void append_answer(std::string& out, const json& document,
                   const std::string& status, const json& given) {
  auto answer = resolved(document, given);
  out += "<details><summary><span class=\"status s" + status.substr(0, 1)
         + "\">" + status + "</span> " + marked(text_of(answer, "description"))
         + "</summary>\n";
  for (const auto& [type, media] : at(answer, "/content").items()) {
    out += "<p><code>" + escaped(type) + "</code></p>\n";
    if (type == "application/problem+json")
      append_codes(out, document, media);
    else
      append_members(out, document, media["schema"], direction::answered);
    if (media.contains("example"))
      out += "<pre tabindex=\"0\">" + escaped(shown(media["example"]))
             + "</pre>\n";
  }
  append_headers(out, answer);
  out += "</details>\n";
}

void append_answers(std::string& out, const json& document,
                    const described_operation& x) {
  out += "<h4>Answers</h4>\n";
  for (const auto& [status, answer] : x.operation["responses"].items())
    if (!is_common(document, status, answer))
      append_answer(out, document, status, answer);
  out += "<p class=\"common\">And those of <a href=\"#every-request\">every "
         "request</a>.</p>\n";
}

/// @param type HTML.
void append_term(std::string& out, const std::string& id,
                 const std::string& name, const std::string& type,
                 const std::string& description) {
  out += "<dt id=\"" + escaped(id) + "\"><code>" + escaped(name)
         + "</code> <span class=\"type\">" + type + "</span></dt>\n<dd>"
         + marked(description) + "</dd>\n";
}

std::string upper(std::string text) {
  for (auto& c : text)
    c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return text;
}

/// The example of a parameter as a query says it.
std::string in_query(const json& parameter) {
  const auto& example = parameter["example"];
  if (!example.is_array())
    return text_of(parameter, "example");
  std::string result;
  for (const auto& one : example)
    result += (result.empty() ? "" : ",") + one.get<std::string>();
  return result;
}

/// What a first try should say: what is required, and the key that makes a
/// retry safe.
bool is_shown(const json& parameter) {
  return parameter.value("required", false)
         || text_of(parameter, "name") == "Idempotency-Key";
}

} // namespace

std::string curl_line(const json& document, const described_operation& x) {
  auto path = x.path;
  std::string query;
  std::string fields;
  for (const auto& one : parameters_of(document, x)) {
    auto name = text_of(one, "name");
    auto hole = path.find('{' + name + '}');
    if (hole != std::string::npos)
      path.replace(hole, name.size() + 2, text_of(one, "example"));
    else if (text_of(one, "in") == "query" && is_shown(one))
      query += (query.empty() ? '?' : '&') + name + '=' + in_query(one);
    else if (text_of(one, "in") == "header" && is_shown(one))
      fields += " \\\n  -H '" + name + ": " + text_of(one, "example") + '\'';
  }
  auto is_stream
    = !at(x.operation, "/responses/200/content/text~1event-stream").is_null()
      && at(x.operation, "/responses/200/content/application~1json").is_null();
  auto result = std::string{is_stream ? "curl -iN" : "curl -i"};
  if (x.method != "get" && x.method != "post")
    result += " -X " + upper(x.method);
  auto url = std::string{example_server} + path + query;
  result += query.empty() ? ' ' + url : " '" + url + '\'';
  if (!x.operation["security"].empty())
    result += " \\\n  -H \"Authorization: Bearer $TOKEN\"";
  result += fields;
  const auto& body
    = at(x.operation, "/requestBody/content/application~1json/example");
  if (!body.is_null())
    result += " \\\n  -H 'Content-Type: application/json' \\\n  -d '"
              + body.dump(2) + '\'';
  return result;
}

void append_operation(std::string& out, const json& document,
                      const described_operation& x) {
  out += "<article id=\"" + escaped(text_of(x.operation, "operationId"))
         + "\">\n<h3><span class=\"method " + x.method + "\">" + upper(x.method)
         + "</span> <code>" + escaped(x.path) + "</code></h3>\n<p><strong>"
         + marked(text_of(x.operation, "summary")) + "</strong> — "
         + marked(text_of(x.operation, "description")) + "</p>\n";
  append_roles(out, x.operation);
  append_parameters(out, document, x);
  append_body(out, document, x);
  out += "<h4>Try it</h4>\n<pre class=\"curl\" tabindex=\"0\">"
         + escaped(curl_line(document, x)) + "</pre>\n";
  append_answers(out, document, x);
  out += "</article>\n";
}

void append_problems(std::string& out, const json& document) {
  const auto& first = document["paths"].front().back();
  out += "<section id=\"problems\">\n<h2>Problems</h2>\n"
         "<h3 id=\"every-request\">Every request</h3>\n"
         "<p>can also be answered:</p>\n";
  for (const auto& [status, answer] : first["responses"].items())
    if (is_common(document, status, answer))
      append_answer(out, document, status, answer);
  out += "<h3>Codes</h3>\n<dl class=\"members\">\n";
  for (const auto& [name, example] :
       document["components"]["examples"].items()) {
    const auto& value = example["value"];
    if (text_of(value, "code") == name)
      append_term(out, "code-" + name, name, value["status"].dump(),
                  text_of(example, "summary"));
  }
  out += "</dl>\n<h3>Headers of answers</h3>\n<dl class=\"members\">\n";
  for (const auto& [name, header] : document["components"]["headers"].items())
    append_term(out, "header-" + name, name,
                type_line(document, header["schema"]),
                text_of(header, "description"));
  out += "</dl>\n</section>\n";
}

} // namespace registrar
