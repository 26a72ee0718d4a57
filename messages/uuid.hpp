#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace registrar {

/// 128 bits written as 8-4-4-4-12 hexadecimal digits. Any such text is
/// accepted: no version or variant bits are demanded (the example ids of the
/// API have none).
class uuid {
public:
  constexpr uuid() = default;

  /// Accepts either case and exactly 36 characters; nothing else.
  static std::optional<uuid> parse(std::string_view text);

  /// A version 4 id from the operating system's entropy, drawn through a
  /// per-thread generator (unique, not secret).
  static uuid random();

  /// A version 7 id (RFC 9562): milliseconds since 1970, then random bits.
  /// Rows that are made one after the other lie beside each other in an index.
  static uuid time_ordered();

  /// A version 5 id (RFC 9562): SHA-1 of the namespace and the name.
  static uuid named(const uuid& name_space, std::string_view name);

  /// The RFC's URL namespace, in which import names its missing ids.
  static uuid url_namespace();

  /// Lower case, 36 characters.
  std::string to_string() const;

  /// The same behind `out`, without a string of its own.
  void append_to(std::string& out) const;

  bool is_nil() const {
    return *this == uuid{};
  }

  /// Every bit of the id touches the low bits too: pools take it modulo their
  /// size, tables modulo a power of two. Differs between machines, never kept.
  std::size_t hash() const {
    std::uint64_t words[2];
    std::memcpy(words, bytes.data(), sizeof words);
    auto mixed = words[0] * 0x9e3779b97f4a7c15u ^ words[1];
    mixed = (mixed ^ mixed >> 32) * 0xbf58476d1ce4e5b9u;
    return mixed ^ mixed >> 29;
  }

  friend auto operator<=>(const uuid&, const uuid&) = default;

  std::array<std::uint8_t, 16> bytes{};
};

template <class Inspector>
auto inspect(Inspector& f, uuid& x) {
  return f(x.bytes);
}

} // namespace registrar

template <>
struct std::hash<registrar::uuid> {
  std::size_t operator()(const registrar::uuid& x) const {
    return x.hash();
  }
};
