#pragma once

#include "messages/ledger.hpp"
#include "storage/rules/hash_index.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace registrar {

/// The memos of a ledger: the whole outcome of every (section, request). Sized
/// for millions: 64 bytes a memo, about 30 for its index and 4 for its expiry.
/// Memos that expired are void at once and leave memory a few at a time.
class memo_table {
public:
  struct found {
    seat_outcome outcome;
    std::uint32_t attempt = 0;
  };

  /// Sections are named by the number that their ledger gave them.
  std::optional<found> find(std::uint32_t section, const request_id& request,
                            timestamp at) const;

  /// Replaces what was there.
  void store(std::uint32_t section, const request_id& request,
             const seat_outcome& outcome, std::uint32_t attempt,
             timestamp expires);

  /// Frees at most `limit` memos that expired by `at`.
  void forget(timestamp at, std::size_t limit);

  /// How many are in memory, expired ones included.
  std::size_t size() const {
    return memos_.size() - free_.size();
  }

private:
  struct kept_memo {
    request_id request;
    registration_id registration;
    std::uint64_t sequence = 0;
    std::int64_t expires_ms = 0;
    std::uint32_t section = 0;
    std::uint32_t position = 0;
    /// Index into `refusals_`.
    std::uint32_t refusals = 0;
    std::uint32_t status : 8 = 0;
    std::uint32_t attempt : 24 = 0;
  };
  static_assert(sizeof(kept_memo) == 64);

  std::uint64_t find_slot(std::uint32_t section, const request_id& request,
                          std::uint64_t hash) const;
  std::uint32_t take_slot();
  std::uint32_t number_of(const std::vector<refusal>& refusals);

  std::deque<kept_memo> memos_;
  std::vector<std::uint32_t> free_;
  /// Numbers are slot + 1.
  hash_index index_;
  /// Slots by the second in which they expire, rounded up. Every slot in use
  /// is in exactly one bucket, also if a newer memo replaced it in the index.
  std::map<std::int64_t, std::vector<std::uint32_t>> expiries_;
  /// Lists of refusals are few (reasons and opening times of windows): each is
  /// kept once, for good. Number 0 is the empty list.
  std::vector<std::vector<refusal>> refusals_{1};
};

} // namespace registrar
