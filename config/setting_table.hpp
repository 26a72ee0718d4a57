#pragma once

#include "config/settings.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace registrar {

/// A value as it was given: typed in a file, text from environment and flags.
using given_value
  = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

/// One thing that can be set.
struct setting {
  /// `server.listen`: section and key.
  std::string_view name;
  /// `--listen`, or empty where no flag sets it.
  std::string_view flag;
  /// One line for `config show`: meaning, unit, range.
  std::string_view comment;
  /// Takes a value over. @return what to change about it, or nothing.
  std::function<std::string(settings&, const given_value&)> set;
  /// The value as a literal that TOML and JSON both read.
  std::function<std::string(const settings&)> show;

  std::string_view section() const {
    return name.substr(0, name.find('.'));
  }

  std::string_view key() const {
    return name.substr(name.find('.') + 1);
  }

  /// `REGISTRAR_SERVER_LISTEN`.
  std::string variable() const;
};

/// All of them, those of one section together.
std::span<const setting> setting_table();

/// Nothing where there is no such setting.
const setting* find_setting(std::string_view name);

/// `; did you mean X?` for the known word nearest to `word`, or nothing.
std::string suggestion(std::string_view word,
                       std::span<const std::string> known);

} // namespace registrar
