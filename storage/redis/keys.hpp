#pragma once

#include "messages/idempotency.hpp"
#include "messages/ids.hpp"

#include <string>

/// Names of our keys in Redis (API 4). All keys of a partition carry its name
/// in braces and so lie in one slot.

namespace registrar::redis_keys {

inline constexpr std::string_view ledger_id = "ledger:id";

/// Hash: a node's name to what it says of itself; set of names
/// (cluster_registry.hpp).
inline constexpr std::string_view cluster_nodes = "cluster:nodes";
inline constexpr std::string_view cluster_drained = "cluster:drained";

/// Text with a TTL: there while the run of this incarnation lives.
std::string cluster_alive(std::uint64_t incarnation);

/// `{pNN}:`
std::string prefix(std::uint32_t partition);

/// Hash: `number` and `token` of the owner, and a field for every section that
/// was ever made in the partition, named by its id. Partition 0 also counts the
/// ledger's openings in `opened`.
std::string epoch(std::uint32_t partition);

/// Hash: `holder`, `run`, `until` (milliseconds of Redis' clock), `url`.
std::string lease(std::uint32_t partition);

/// Stream of entries.
std::string journal(std::uint32_t partition);

/// Hash: `settings`.
std::string section(const section_id& id);

/// Hash: registration to student, request, sequence, since; and in
/// `roster_counts` the section's sequence and how many are enrolled and wait.
std::string roster(const section_id& id);
inline constexpr std::string_view roster_counts = "counts";

/// Sorted set by ticket: registration, student, request, since.
std::string waitlist(const section_id& id);

/// Text with a TTL: what a section decided of a request, as its entry has it.
std::string memo(const section_id& id, const request_id& request);

/// `idem:<student>:<route>:<key>`
std::string idempotency(const key_scope& scope);

} // namespace registrar::redis_keys
