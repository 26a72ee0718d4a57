#pragma once

#include <string>
#include <string_view>

namespace registrar {

/// The fields of an answer, kept as the text that is sent, so that adding one
/// costs a copy of its bytes and no more. Field names are matched as they are
/// written: we write them all.
class header_list {
public:
  void add(std::string_view name, std::string_view value);

  /// Behind the value that is there, as one more of a list.
  void append(std::string_view name, std::string_view value);

  /// In place of those of this name.
  void set(std::string_view name, std::string_view value);

  void remove(std::string_view name);

  /// The first of this name; empty where there is none.
  std::string_view find(std::string_view name) const;

  bool has(std::string_view name) const {
    return position_of(name) != std::string::npos;
  }

  /// `Name: value` and CR LF for each.
  const std::string& text() const {
    return text_;
  }

private:
  std::size_t position_of(std::string_view name) const;

  std::string text_;
};

} // namespace registrar
