#include "cli/rehearse/request_text.hpp"

namespace registrar::rehearsal {

namespace {

void write_head(std::string& into, std::string_view method,
                std::string_view authority, std::string_view path) {
  into.clear();
  into.append(method).append(" ").append(path);
  into.append(" HTTP/1.1\r\nHost: ").append(authority).append("\r\n");
}

/// Bytes of `{"student_id":"","section_ids":[]}` and of its ids.
std::size_t body_size(std::size_t sections) {
  return 34 + 36 + sections * 38 + (sections > 0 ? sections - 1 : 0);
}

void write_body_head(std::string& into, std::string_view key,
                     std::size_t size) {
  if (!key.empty())
    into.append("Idempotency-Key: ").append(key).append("\r\n");
  into.append("Content-Type: application/json\r\nContent-Length: ");
  into.append(std::to_string(size)).append("\r\n\r\n");
}

} // namespace

void write_get(std::string& into, std::string_view authority,
               std::string_view path) {
  write_head(into, "GET", authority, path);
  into.append("\r\n");
}

void write_request(std::string& into, std::string_view method,
                   std::string_view authority, std::string_view path,
                   std::string_view key, std::string_view body) {
  write_head(into, method, authority, path);
  write_body_head(into, key, body.size());
  into.append(body);
}

void write_registration(std::string& into, std::string_view authority,
                        route which, const student_id& student,
                        std::span<const section_id> sections,
                        std::string_view key) {
  write_head(into, "POST", authority,
             which == route::register_sections ? "/api/v1/register"
                                               : "/api/v1/drop");
  write_body_head(into, key, body_size(sections.size()));
  into.append(R"({"student_id":")").append(student.to_string());
  into.append(R"(","section_ids":[)");
  auto separator = "";
  for (auto& section : sections) {
    into.append(separator)
      .append("\"")
      .append(section.to_string())
      .append("\"");
    separator = ",";
  }
  into.append("]}");
}

void write_bearer(std::string& into, std::string_view token) {
  constexpr std::string_view line_end = "\r\n";
  auto field = "Authorization: Bearer " + std::string{token};
  into.insert(into.find(line_end) + line_end.size(), field.append(line_end));
}

} // namespace registrar::rehearsal
