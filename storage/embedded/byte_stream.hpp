#pragma once

#include "messages/ids.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

/// Bytes out of and into plain values. Numbers take 7 bits a byte, the lowest
/// first; a set top bit says that more follow.

namespace registrar {

class byte_writer {
public:
  explicit byte_writer(std::string& out) : out_(out) {
  }

  void put_byte(std::uint8_t x) {
    out_.push_back(static_cast<char>(x));
  }

  void put_number(std::uint64_t x) {
    for (; x >= 0x80; x >>= 7)
      put_byte(static_cast<std::uint8_t>(x | 0x80));
    put_byte(static_cast<std::uint8_t>(x));
  }

  void put_fixed(std::uint64_t x, int bytes) {
    for (int i = 0; i < bytes; ++i)
      put_byte(static_cast<std::uint8_t>(x >> (8 * i)));
  }

  template <class Tag>
  void put_id(const strong_id<Tag>& id) {
    out_.append(reinterpret_cast<const char*>(id.value.bytes.data()), 16);
  }

  void put_text(std::string_view x) {
    put_number(x.size());
    out_.append(x);
  }

private:
  std::string& out_;
};

/// Reading past the end, or a number that is too long, makes the reader bad and
/// gives zeros from then on.
class byte_reader {
public:
  explicit byte_reader(std::string_view in) : in_(in) {
  }

  std::uint8_t take_byte() {
    if (in_.empty()) {
      spoil();
      return 0;
    }
    auto x = static_cast<std::uint8_t>(in_.front());
    in_.remove_prefix(1);
    return x;
  }

  std::uint64_t take_number() {
    std::uint64_t result = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      auto x = take_byte();
      result |= std::uint64_t{x & 0x7fu} << shift;
      if (x < 0x80)
        return result;
    }
    spoil();
    return 0;
  }

  std::uint64_t take_fixed(int bytes) {
    std::uint64_t result = 0;
    for (int i = 0; i < bytes; ++i)
      result |= std::uint64_t{take_byte()} << (8 * i);
    return result;
  }

  template <class Id>
  Id take_id() {
    Id result;
    auto bytes = take(16);
    std::copy(bytes.begin(), bytes.end(), result.value.bytes.begin());
    return result;
  }

  std::string_view take_text() {
    return take(take_number());
  }

  bool has_more() const {
    return is_good_ && !in_.empty();
  }

  /// True where everything was read and nothing is left.
  bool is_at_end() const {
    return is_good_ && in_.empty();
  }

private:
  void spoil() {
    is_good_ = false;
    in_ = {};
  }

  std::string_view take(std::uint64_t size) {
    if (size > in_.size())
      spoil();
    auto result = in_.substr(0, size);
    in_.remove_prefix(result.size());
    return result;
  }

  std::string_view in_;
  bool is_good_ = true;
};

} // namespace registrar
