#pragma once

#include "config/value_parser.hpp"

/// Makes the rows of the setting table whose value is of a usual type.

namespace registrar::setting_rows {

template <class T>
setting number(std::string_view name, std::string_view comment,
               T settings::*member, std::uint64_t min, std::uint64_t max) {
  return {name, "", comment,
          [=](settings& into, const given_value& given) {
            std::string fault;
            if (auto value = read_number(given, min, max, fault))
              into.*member = static_cast<T>(*value);
            return fault;
          },
          [=](const settings& from) { return std::to_string(from.*member); }};
}

template <class Duration>
setting duration(std::string_view name, std::string_view comment,
                 Duration settings::*member, std::chrono::milliseconds min,
                 std::chrono::milliseconds max) {
  using std::chrono::milliseconds;
  return {name, "", comment,
          [=](settings& into, const given_value& given) {
            std::string fault;
            auto value = read_duration(given, min, max, fault);
            if (value && *value % Duration{1} != milliseconds{0})
              fault = "give whole seconds";
            else if (value)
              into.*member = std::chrono::duration_cast<Duration>(*value);
            return fault;
          },
          [=](const settings& from) {
            return show_text(show_duration(from.*member));
          }};
}

/// A text that is empty where nothing is given.
inline setting text(std::string_view name, std::string_view flag,
                    std::string_view comment, std::string settings::*member) {
  return {name, flag, comment,
          [=](settings& into, const given_value& given) {
            std::string fault;
            if (auto value = read_optional_text(given, fault))
              into.*member = *value;
            return fault;
          },
          [=](const settings& from) { return show_text(from.*member); }};
}

inline setting boolean(std::string_view name, std::string_view comment,
                       bool settings::*member) {
  return {name, "", comment,
          [=](settings& into, const given_value& given) {
            std::string fault;
            if (auto value = read_bool(given, fault))
              into.*member = *value;
            return fault;
          },
          [=](const settings& from) {
            return std::string{from.*member ? "true" : "false"};
          }};
}

using list_reader
  = std::optional<std::vector<std::string>> (*)(const given_value&,
                                                std::string&);

inline setting list(std::string_view name, std::string_view comment,
                    std::vector<std::string> settings::*member,
                    list_reader read) {
  return {name, "", comment,
          [=](settings& into, const given_value& given) {
            std::string fault;
            if (auto value = read(given, fault))
              into.*member = std::move(*value);
            return fault;
          },
          [=](const settings& from) {
            std::string result = "[";
            for (auto& x : from.*member)
              result += (result.size() > 1 ? ", " : "") + show_text(x);
            return result + "]";
          }};
}

} // namespace registrar::setting_rows
