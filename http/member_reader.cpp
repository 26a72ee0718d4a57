#include "http/member_reader.hpp"

#include "http/json_reader.hpp"

#include <algorithm>

namespace registrar {

namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// Characters, not bytes.
std::size_t length_of(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(
    utf8.begin(), utf8.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

} // namespace

member_reader::member_reader(std::string_view body,
                             std::initializer_list<std::string_view> known) {
  auto read = read_json(body);
  if (!read) {
    fault(read.error().detail);
    return;
  }
  if (auto checked = only_members(*read, known); !checked) {
    fault(checked.error().detail);
    return;
  }
  object_ = std::move(*read);
}

const nlohmann::json* member_reader::find(const char* name) const {
  if (!object_.is_object())
    return nullptr;
  auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

bool member_reader::is_null(const char* name) const {
  auto* value = find(name);
  return value != nullptr && value->is_null();
}

std::optional<std::string> member_reader::text(const char* name,
                                               std::size_t length_max) {
  auto value = optional_text(name, length_max);
  if (value && value->empty()) {
    fault(std::string{name} + " must not be empty.");
    return std::nullopt;
  }
  return value;
}

std::optional<std::string>
member_reader::optional_text(const char* name, std::size_t length_max) {
  auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  if (value->is_null())
    return std::string{};
  if (!value->is_string()) {
    fault(std::string{name} + " must be a string.");
    return std::nullopt;
  }
  auto result = value->get<std::string>();
  if (std::any_of(result.begin(), result.end(), is_control)) {
    fault(std::string{name} + " holds a control character; leave it out.");
    return std::nullopt;
  }
  if (length_of(result) > length_max) {
    fault(std::string{name} + " is longer than " + std::to_string(length_max)
          + " characters; shorten it.");
    return std::nullopt;
  }
  return result;
}

std::optional<std::vector<std::string>>
member_reader::texts(const char* name, std::size_t count_max) {
  auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  auto is_text = [](const nlohmann::json& x) { return x.is_string(); };
  if (!value->is_array() || value->empty() || value->size() > count_max
      || !std::all_of(value->begin(), value->end(), is_text)) {
    fault(std::string{name} + " must be an array of 1 to "
          + std::to_string(count_max) + " strings.");
    return std::nullopt;
  }
  return value->get<std::vector<std::string>>();
}

std::optional<bool> member_reader::boolean(const char* name) {
  auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  if (!value->is_boolean()) {
    fault(std::string{name} + " must be true or false.");
    return std::nullopt;
  }
  return value->get<bool>();
}

std::optional<std::uint32_t> member_reader::number(const char* name,
                                                   std::uint32_t max) {
  auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  if (!value->is_number_unsigned() || value->get<std::uint64_t>() > max) {
    fault(std::string{name} + " must be a whole number from 0 to "
          + std::to_string(max) + ".");
    return std::nullopt;
  }
  return value->get<std::uint32_t>();
}

std::optional<timestamp> member_reader::moment(const char* name) {
  auto given = text(name);
  if (!given)
    return std::nullopt;
  auto at = parse_rfc3339(*given);
  if (!at)
    fault(std::string{name}
          + " must be a time as in RFC 3339, "
            "2026-09-01T08:00:00Z.");
  return at;
}

std::optional<std::string> member_reader::date(const char* name) {
  auto given = optional_text(name);
  if (given && !given->empty() && !parse_rfc3339(*given + "T00:00:00Z"))
    fault(std::string{name} + " must be a date like 2026-09-01, or null.");
  return given;
}

void member_reader::needs_some() {
  if (object_.is_object() && object_.empty())
    fault("The body changes nothing; name at least one member.");
}

} // namespace registrar
