#pragma once

#include "tests/unit/actors/fixture.hpp"

#include <memory>
#include <utility>
#include <vector>

/// What the tests of the way into SQL share: entries, and actors that stand in
/// for those who get and bring them.

namespace actor_tests {

/// Sequence 1 creates the section, each later one enrols somebody else.
journal_entry entry_of(int section, std::uint64_t sequence);

/// Entries `from` to `to` of one section.
std::vector<journal_entry> entries_of(int section, std::uint64_t from,
                                      std::uint64_t to);

/// A section in which one student waited and was promoted: sequences 1 to 3.
std::vector<journal_entry> a_promotion(int section);

struct sync_log {
  std::vector<fill_gap> gaps;
  std::vector<journal_entry> entries;
  std::vector<project_section> projections;
  /// Messages with entries, by how many they held.
  std::vector<std::size_t> portions;
  failure answer_to_ping;
};

journal_reader_actor::behavior_type
silent_reader(journal_reader_actor::pointer, std::shared_ptr<sync_log> log);

waitlist_worker_actor::behavior_type
silent_waitlist(waitlist_worker_actor::pointer, std::shared_ptr<sync_log> log);

database_sync_worker_actor::behavior_type
silent_sync(database_sync_worker_actor::pointer, std::shared_ptr<sync_log> log);

} // namespace actor_tests
