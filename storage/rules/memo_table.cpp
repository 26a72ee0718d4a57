#include "storage/rules/memo_table.hpp"

#include "storage/rules/digest.hpp"

#include <algorithm>

namespace registrar {

namespace {

constexpr std::uint32_t attempt_max = (1u << 24) - 1;

std::uint64_t hash_of(std::uint32_t section, const request_id& request) {
  return mix64(section, request.value);
}

std::int64_t milliseconds_of(timestamp at) {
  return at.time_since_epoch().count();
}

/// The second by whose beginning a memo has expired.
std::int64_t bucket_of(std::int64_t expires_ms) {
  return expires_ms / 1000 + 1;
}

} // namespace

std::optional<memo_table::found> memo_table::find(std::uint32_t section,
                                                  const request_id& request,
                                                  timestamp at) const {
  auto slot = find_slot(section, request, hash_of(section, request));
  if (slot == 0)
    return std::nullopt;
  const auto& memo = memos_[slot - 1];
  if (memo.expires_ms <= milliseconds_of(at))
    return std::nullopt;
  found result;
  result.outcome.status = static_cast<seat_status>(memo.status);
  result.outcome.registration = memo.registration;
  result.outcome.waitlist_position = memo.position;
  result.outcome.refusals = refusals_[memo.refusals];
  result.outcome.sequence = memo.sequence;
  result.attempt = memo.attempt;
  return result;
}

void memo_table::store(std::uint32_t section, const request_id& request,
                       const seat_outcome& outcome, std::uint32_t attempt,
                       timestamp expires) {
  auto hash = hash_of(section, request);
  if (auto former = find_slot(section, request, hash))
    index_.erase(hash, former);
  auto slot = take_slot();
  auto& memo = memos_[slot];
  memo.request = request;
  memo.registration = outcome.registration;
  memo.sequence = outcome.sequence;
  memo.expires_ms = milliseconds_of(expires);
  memo.section = section;
  memo.position = outcome.waitlist_position;
  memo.refusals = number_of(outcome.refusals);
  memo.status = static_cast<std::uint8_t>(outcome.status);
  memo.attempt = std::min(attempt, attempt_max) & attempt_max;
  index_.insert(hash, std::uint64_t{slot} + 1);
  expiries_[bucket_of(memo.expires_ms)].push_back(slot);
}

void memo_table::forget(timestamp at, std::size_t limit) {
  auto now_ms = milliseconds_of(at);
  while (limit > 0 && !expiries_.empty()
         && expiries_.begin()->first * 1000 <= now_ms) {
    auto& slots = expiries_.begin()->second;
    for (; limit > 0 && !slots.empty(); --limit) {
      auto slot = slots.back();
      slots.pop_back();
      const auto& memo = memos_[slot];
      index_.erase(hash_of(memo.section, memo.request),
                   std::uint64_t{slot} + 1);
      free_.push_back(slot);
    }
    if (slots.empty())
      expiries_.erase(expiries_.begin());
  }
}

std::uint64_t memo_table::find_slot(std::uint32_t section,
                                    const request_id& request,
                                    std::uint64_t hash) const {
  return index_.find(hash, [&](std::uint64_t number) {
    const auto& memo = memos_[number - 1];
    return memo.section == section && memo.request == request;
  });
}

std::uint32_t memo_table::take_slot() {
  if (!free_.empty()) {
    auto slot = free_.back();
    free_.pop_back();
    return slot;
  }
  memos_.emplace_back();
  return static_cast<std::uint32_t>(memos_.size() - 1);
}

std::uint32_t memo_table::number_of(const std::vector<refusal>& refusals) {
  auto at = std::find(refusals_.begin(), refusals_.end(), refusals);
  if (at == refusals_.end())
    at = refusals_.insert(at, refusals);
  return static_cast<std::uint32_t>(at - refusals_.begin());
}

} // namespace registrar
