#pragma once

#include "messages/uuid.hpp"

namespace registrar {

/// A uuid that names one kind of thing; two kinds do not convert into each
/// other.
template <class Tag>
struct strong_id {
  uuid value;

  static std::optional<strong_id> parse(std::string_view text) {
    if (auto value = uuid::parse(text))
      return strong_id{*value};
    return std::nullopt;
  }

  static strong_id random() {
    return strong_id{uuid::random()};
  }

  std::string to_string() const {
    return value.to_string();
  }

  bool is_nil() const {
    return value.is_nil();
  }

  friend auto operator<=>(const strong_id&, const strong_id&) = default;
};

template <class Inspector, class Tag>
auto inspect(Inspector& f, strong_id<Tag>& x) {
  return f(x.value);
}

using student_id = strong_id<struct student_tag>;
using course_id = strong_id<struct course_tag>;
using semester_id = strong_id<struct semester_tag>;
using section_id = strong_id<struct section_tag>;

/// Issued when a student joins a section, as enrolled or waiting; survives
/// promotion, not a drop.
using registration_id = strong_id<struct registration_tag>;

/// Names one business request; the ledger answers the same id the same way.
using request_id = strong_id<struct request_tag>;

/// Number of partitions of a ledger; fixed for its life (DESIGN 6).
inline constexpr std::uint32_t partition_count = 64;

/// First 8 bytes of SHA-256(the 36 lower-case characters) mod 64.
std::uint32_t partition_of(const section_id& section);

} // namespace registrar

template <class Tag>
struct std::hash<registrar::strong_id<Tag>> {
  std::size_t operator()(const registrar::strong_id<Tag>& x) const {
    return x.value.hash();
  }
};
