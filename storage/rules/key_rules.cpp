#include "storage/rules/key_rules.hpp"

#include "messages/assertion.hpp"

#include <algorithm>

namespace registrar {

namespace {

void expire(std::optional<key_record>& record, timestamp at) {
  if (record && record->expires <= at)
    record.reset();
}

key_begun begun(std::uint32_t attempt) {
  key_begun result;
  result.attempt = attempt;
  return result;
}

key_begun stored(const key_record& record) {
  key_begun result;
  result.state = key_state::stored;
  result.attempt = record.attempt;
  result.response = record.response;
  return result;
}

key_begun in_flight(const key_record& record, timestamp at) {
  key_begun result;
  result.state = key_state::in_flight;
  result.attempt = record.attempt;
  result.retry_after
    = std::max(record.lease_ends - at, std::chrono::milliseconds{0});
  return result;
}

} // namespace

key_begun key_rules::begin(std::optional<key_record>& record,
                           const begin_key& command, timestamp at) const {
  expire(record, at);
  auto lease_ends = at + command.lease;
  if (!record) {
    record.emplace();
    record->fingerprint = command.fingerprint;
    record->lease_ends = lease_ends;
    record->incarnation = incarnation_;
    record->expires = std::max(at + command.ttl, lease_ends);
    return begun(record->attempt);
  }
  if (record->fingerprint != command.fingerprint) {
    key_begun result;
    result.state = key_state::mismatch;
    result.attempt = record->attempt;
    return result;
  }
  if (record->is_completed)
    return stored(*record);
  if (record->lease_ends > at && runs(record->incarnation))
    return in_flight(*record, at);
  REGISTRAR_ASSERT(is_alive_ || record->incarnation <= incarnation_);
  ++record->attempt;
  record->lease_ends = lease_ends;
  record->incarnation = incarnation_;
  record->expires = std::max(record->expires, lease_ends);
  return begun(record->attempt);
}

key_completed key_rules::complete(std::optional<key_record>& record,
                                  const complete_key& command,
                                  timestamp at) const {
  expire(record, at);
  key_completed result;
  if (!record || record->is_completed || record->attempt != command.attempt) {
    result.accepted = false;
    if (record && record->is_completed)
      result.response = record->response;
    return result;
  }
  if (command.keep) {
    record->is_completed = true;
    record->response = command.response;
  }
  record->lease_ends = std::min(record->lease_ends, at);
  return result;
}

key_begun key_rules::look_up(const std::optional<key_record>& record,
                             timestamp at) {
  if (!record || record->expires <= at)
    return begun(0);
  if (record->is_completed)
    return stored(*record);
  return in_flight(*record, at);
}

} // namespace registrar
