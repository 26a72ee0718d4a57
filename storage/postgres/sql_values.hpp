#pragma once

#include "messages/ids.hpp"
#include "messages/timestamp.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace registrar {

/// PostgreSQL's text form of an array, built element by element: what a
/// statement unnests into rows.
class sql_array {
public:
  template <class Tag>
  sql_array& add(const strong_id<Tag>& id) {
    next();
    id.value.append_to(text_);
    return *this;
  }

  /// A nil id is null.
  template <class Tag>
  sql_array& add_optional(const strong_id<Tag>& id) {
    return id.is_nil() ? add_null() : add(id);
  }

  sql_array& add(std::string_view text);
  /// An empty text is an absent value.
  sql_array& add_optional(std::string_view text) {
    return text.empty() ? add_null() : add(text);
  }

  sql_array& add(std::int64_t number);
  sql_array& add(std::uint64_t number) {
    return add(static_cast<std::int64_t>(number));
  }
  sql_array& add(std::uint32_t number) {
    return add(static_cast<std::int64_t>(number));
  }
  sql_array& add(bool flag);
  /// As milliseconds since 1970.
  sql_array& add(timestamp at) {
    return add(std::int64_t{at.time_since_epoch().count()});
  }
  sql_array& add_null();

  bool is_empty() const {
    return text_.size() == 1;
  }

  std::string text() const {
    return text_ + '}';
  }

private:
  friend class sql_values;

  void next();

  std::string text_ = "{";
};

/// The parameters of one run of a statement, in order.
class sql_values {
public:
  sql_values() = default;

  template <class... Ts>
  explicit sql_values(const Ts&... values) {
    (add(values), ...);
  }

  sql_values& add(const sql_array& array);
  sql_values& add(std::string_view text);
  sql_values& add(std::int64_t number);
  sql_values& add(std::uint64_t number) {
    return add(static_cast<std::int64_t>(number));
  }
  sql_values& add(std::uint32_t number) {
    return add(static_cast<std::int64_t>(number));
  }
  sql_values& add(timestamp at) {
    return add(std::int64_t{at.time_since_epoch().count()});
  }
  sql_values& add_optional(std::string_view text);

  template <class Tag>
  sql_values& add(const strong_id<Tag>& id) {
    all_.emplace_back(id.to_string());
    return *this;
  }

  template <class Tag>
  sql_values& add_optional(const strong_id<Tag>& id) {
    if (!id.is_nil())
      return add(id);
    all_.emplace_back(std::nullopt);
    return *this;
  }

  const std::vector<std::optional<std::string>>& all() const {
    return all_;
  }

private:
  std::vector<std::optional<std::string>> all_;
};

} // namespace registrar
