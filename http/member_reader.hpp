#pragma once

#include "messages/errors.hpp"
#include "messages/timestamp.hpp"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace registrar {

/// Takes members out of an object one by one and keeps the first fault. A
/// member that is absent gives `nullopt`.
class member_reader {
public:
  /// @param known every member that may be there.
  member_reader(std::string_view body,
                std::initializer_list<std::string_view> known);

  /// 1 to `length_max` characters.
  std::optional<std::string> text(const char* name,
                                  std::size_t length_max = 200);
  /// The same, and may be null or empty (both: an empty text).
  std::optional<std::string> optional_text(const char* name,
                                           std::size_t length_max = 200);
  /// 1 to `count_max` texts.
  std::optional<std::vector<std::string>> texts(const char* name,
                                                std::size_t count_max);
  std::optional<bool> boolean(const char* name);
  std::optional<std::uint32_t> number(const char* name, std::uint32_t max);
  /// RFC 3339.
  std::optional<timestamp> moment(const char* name);
  /// YYYY-MM-DD, or null.
  std::optional<std::string> date(const char* name);
  bool is_null(const char* name) const;

  template <class Id>
  std::optional<Id> id(const char* name) {
    auto given = text(name);
    if (!given)
      return std::nullopt;
    auto parsed = Id::parse(*given);
    if (!parsed)
      fault(std::string{name}
            + " must be an id of 8-4-4-4-12 hexadecimal "
              "digits.");
    return parsed;
  }

  /// The value, or a fault where the member is absent.
  template <class T>
  T required(const char* name, std::optional<T> value) {
    if (!value)
      fault(std::string{name} + " is missing; give it.");
    return value.value_or(T{});
  }

  /// A fault unless at least one member is there.
  void needs_some();

  void fault(std::string why) {
    if (fault_.empty())
      fault_ = std::move(why);
  }

  /// The row if nothing was wrong.
  template <class Row>
  fallible<Row> result(Row row) {
    if (!fault_.empty())
      return {ec::invalid_value, fault_};
    return row;
  }

private:
  const nlohmann::json* find(const char* name) const;

  nlohmann::json object_;
  std::string fault_;
};

} // namespace registrar
