#pragma once

#include "messages/idempotency.hpp"

#include <functional>
#include <optional>

namespace registrar {

/// What is kept of one idempotency key (DESIGN 3.2).
struct key_record {
  registrar::fingerprint fingerprint{};
  /// The latest attempt, from 1.
  std::uint32_t attempt = 1;
  /// Until then the attempt may run, if its incarnation still does.
  timestamp lease_ends{};
  /// The run of the store's owner in which the attempt began.
  std::uint64_t incarnation = 0;
  timestamp expires{};
  bool is_completed = false;
  /// Body of the stored 200.
  std::string response;

  friend bool operator==(const key_record&, const key_record&) = default;
};

/// Decides the life of a key over its record. Pure: stores look the record up,
/// pass it with the time, and keep what became of it. A record that is not
/// there, or has expired, is `nullopt`.
///
/// Promises: of all attempts of a key at most one stores a response, and it is
/// the latest; an attempt begins only when the one before has ended, its lease
/// has, or its incarnation has; a record outlives every lease that it gave.
class key_rules {
public:
  /// Whether the run of another incarnation goes on.
  using liveness = std::function<bool(std::uint64_t)>;

  /// @param is_alive in a cluster, where several incarnations run at once. Else
  ///        those before this one have ended, and there are none after it.
  explicit key_rules(std::uint64_t incarnation, liveness is_alive = {})
    : incarnation_(incarnation), is_alive_(std::move(is_alive)) {
  }

  key_begun begin(std::optional<key_record>& record, const begin_key& command,
                  timestamp at) const;

  key_completed complete(std::optional<key_record>& record,
                         const complete_key& command, timestamp at) const;

  /// What a record says to who only asks.
  static key_begun look_up(const std::optional<key_record>& record,
                           timestamp at);

private:
  bool runs(std::uint64_t incarnation) const {
    return incarnation == incarnation_ || (is_alive_ && is_alive_(incarnation));
  }

  std::uint64_t incarnation_;
  liveness is_alive_;
};

} // namespace registrar
