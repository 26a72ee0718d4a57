#pragma once

#include "messages/ledger.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

/// The digest of a section's live rows: the wrapping sum of one well mixed
/// number for each row, so that it follows every join and leave by one addition
/// and does not depend on the order of the rows. It is stored in journals: the
/// numbers must stay what they are.

namespace registrar {

/// The finalizer of SplitMix64: every bit of `x` touches every bit of the
/// result.
constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// Half of an id, the same number on every machine.
inline std::uint64_t half_of(const uuid& id, std::size_t half) {
  std::uint64_t word;
  std::memcpy(&word, id.bytes.data() + half * sizeof word, sizeof word);
  if constexpr (std::endian::native == std::endian::big)
    word = __builtin_bswap64(word);
  return word;
}

constexpr std::uint64_t mix64(std::uint64_t state, std::uint64_t word) {
  return mix64(state ^ word);
}

inline std::uint64_t mix64(std::uint64_t state, const uuid& id) {
  return mix64(mix64(state, half_of(id, 0)), half_of(id, 1));
}

/// A row's share: kind, student, registration, and sequence (roster) or ticket
/// (waitlist).
inline std::uint64_t digest_of(const live_row& row) {
  auto waits = row.ticket != 0;
  auto state = mix64(waits ? 2u : 1u, row.student.value);
  state = mix64(state, row.registration.value);
  return mix64(state, waits ? row.ticket : row.sequence);
}

/// The whole of a section's rows, for those who did not follow every change.
inline std::uint64_t digest_of(const section_rows& rows) {
  std::uint64_t sum = 0;
  for (const auto& row : rows.roster)
    sum += digest_of(row);
  for (const auto& row : rows.waitlist)
    sum += digest_of(row);
  return sum;
}

} // namespace registrar
