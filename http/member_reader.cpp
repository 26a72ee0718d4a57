#include "http/member_reader.hpp"

#include "http/json_reader.hpp"

namespace registrar {

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
  if (result.size() > length_max) {
    fault(std::string{name} + " is longer than " + std::to_string(length_max)
          + " characters; shorten it.");
    return std::nullopt;
  }
  return result;
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
