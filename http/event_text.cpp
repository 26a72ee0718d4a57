#include "http/event_text.hpp"

#include <algorithm>

namespace registrar {

namespace {

void append_line(std::string& out, std::string_view field,
                 std::string_view value) {
  out += field;
  out += ": ";
  out += value;
  out += '\n';
}

/// Cuts the first line off, with its end: CR LF, LF or CR.
std::string_view take_data_line(std::string_view& text) {
  auto end = std::min(text.find_first_of("\r\n"), text.size());
  auto line = text.substr(0, end);
  text.remove_prefix(end);
  auto is_pair = text.starts_with("\r\n");
  text.remove_prefix(std::min<std::size_t>(is_pair ? 2 : 1, text.size()));
  return line;
}

} // namespace

void append_event(std::string& out, std::string_view name, std::string_view id,
                  std::string_view data) {
  append_line(out, "event", name);
  append_line(out, "id", id);
  auto ends_in_line = data.ends_with('\n') || data.ends_with('\r');
  do
    append_line(out, "data", take_data_line(data));
  while (!data.empty());
  if (ends_in_line)
    append_line(out, "data", "");
  out += '\n';
}

void append_retry(std::string& out, std::chrono::milliseconds pause) {
  append_line(out, "retry", std::to_string(pause.count()));
  out += '\n';
}

void append_heartbeat(std::string& out) {
  out += ":\n\n";
}

} // namespace registrar
