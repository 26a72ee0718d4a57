#include "http/openapi/docs_schema.hpp"

#include "http/openapi/docs_text.hpp"

#include <algorithm>

namespace registrar {

namespace {

using json = document_json;

const json no_members = json::object();

const json& member(const json& object, const char* name) {
  auto found = object.is_object() ? object.find(name) : object.end();
  return found == object.end() ? no_members : *found;
}

std::string code(const json& value) {
  return "<code>" + escaped(value.dump()) + "</code>";
}

/// 1000000 as 1,000,000.
std::string grouped(const json& number) {
  auto digits = number.dump();
  std::string result;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0)
      result += ',';
    result += digits[i];
  }
  return result;
}

std::string range(const json& schema, const char* min, const char* max) {
  auto has_min = schema.contains(min);
  auto has_max = schema.contains(max);
  if (has_min && has_max)
    return grouped(schema[min]) + " to " + grouped(schema[max]);
  if (has_min)
    return grouped(schema[min]) + " or more";
  return has_max ? "up to " + grouped(schema[max]) : "";
}

std::string joined(const json& document, const json& schemas) {
  std::string result;
  for (const auto& one : schemas)
    result += (result.empty() ? "" : " or ") + type_line(document, one);
  return result;
}

std::string type_names(const json& type) {
  if (type.is_string())
    return type.get<std::string>();
  std::string result;
  for (const auto& one : type)
    result += (result.empty() ? "" : " or ") + one.get<std::string>();
  return result;
}

std::string values(const json& list) {
  std::string result;
  for (const auto& one : list)
    result += (result.empty() ? "" : ", ") + code(one);
  return result;
}

/// Everything but arrays and alternatives.
std::string plain_line(const json& schema) {
  if (schema.contains("const"))
    return code(schema["const"]);
  if (schema.contains("enum"))
    return values(schema["enum"]);
  auto result = type_names(member(schema, "type"));
  if (auto format = text_of(schema, "format"); !format.empty())
    result += ", " + escaped(format);
  if (auto bounds = range(schema, "minimum", "maximum"); !bounds.empty())
    result += ", " + bounds;
  if (auto bounds = range(schema, "minLength", "maxLength"); !bounds.empty())
    result += ", " + bounds + " characters";
  return result;
}

bool is_required(const json& schema, const std::string& name) {
  const auto& required = member(schema, "required");
  return std::find(required.begin(), required.end(), name) != required.end();
}

void append_member(std::string& out, const json& document, const json& schema,
                   direction whose, const std::string& name,
                   const json& value) {
  auto whole = resolved(document, value);
  out += "<dt><code>" + escaped(name) + "</code> <span class=\"type\">"
         + type_line(document, value) + "</span>";
  auto is_there = is_required(schema, name);
  if (is_there && whose == direction::asked)
    out += " <span class=\"required\">required</span>";
  if (!is_there && whose == direction::answered)
    out += " <span class=\"type\">not always</span>";
  out += "</dt>\n<dd>" + marked(text_of(whole, "description"));
  append_members(out, document, whole, whose);
  out += "</dd>\n";
}

} // namespace

json resolved(const json& document, const json& node) {
  auto result = node;
  while (result.is_object() && result.contains("$ref")) {
    auto pointer = result["$ref"].get<std::string>().substr(1);
    auto beside = result;
    beside.erase("$ref");
    result = document.value(json::json_pointer{pointer}, json());
    for (const auto& [name, value] : beside.items())
      result[name] = value;
  }
  return result;
}

std::string text_of(const json& object, const char* name) {
  const auto& found = member(object, name);
  return found.is_string() ? found.get<std::string>() : "";
}

std::string type_line(const json& document, const json& given) {
  auto schema = resolved(document, given);
  std::string result;
  if (schema.contains("anyOf"))
    result = joined(document, schema["anyOf"]);
  else if (text_of(schema, "type") == "array") {
    auto bounds = range(schema, "minItems", "maxItems");
    result = "array of " + (bounds.empty() ? "" : bounds + " × ")
             + type_line(document, member(schema, "items"));
  } else if (schema.contains("oneOf"))
    result = "one of these";
  else
    result = plain_line(schema);
  if (schema.contains("default"))
    result += ", default " + code(schema["default"]);
  return result;
}

void append_members(std::string& out, const json& document, const json& given,
                    direction whose) {
  auto schema = resolved(document, given);
  if (schema.contains("items"))
    append_members(out, document, schema["items"], whose);
  for (const auto* choice : {"oneOf", "anyOf"})
    for (const auto& one : member(schema, choice)) {
      auto title = text_of(resolved(document, one), "title");
      if (!title.empty())
        out += "<p class=\"choice\">" + escaped(title) + "</p>\n";
      append_members(out, document, one, whose);
    }
  const auto& properties = member(schema, "properties");
  if (properties.empty())
    return;
  out += "<dl class=\"members\">\n";
  for (const auto& [name, value] : properties.items())
    append_member(out, document, schema, whose, name, value);
  out += "</dl>\n";
}

} // namespace registrar
