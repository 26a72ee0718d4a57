#include "actors/database_sync.hpp"
#include "actors/traced_steps.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>

/// After a commit: who is told what SQL has, and who is asked for what lacks.
/// In a cluster: what other nodes bring.

namespace registrar {

namespace {

/// Lacking entries are asked for again after this.
constexpr auto ask_lacking_again_after = std::chrono::seconds{1};

bool concerns_waiting(const journal_entry& entry) {
  return entry.kind == entry_kind::promoted
         || entry.kind == entry_kind::removed_from_waitlist;
}

} // namespace

void database_sync_state::publish(const registration_store::applied& applied) {
  auto entries = buffer.take_next();
  ++transactions;
  written += entries.size();
  peers->meters.sync_transaction_entries.note(entries.size());
  for (const auto& cursor : applied.cursors)
    buffer.committed(cursor.section, cursor.last_sequence);
  for (const auto& gap : applied.gaps)
    buffer.rewound(gap.section, gap.last_sequence);
  tell_committed(applied.cursors);
  if (peers->traces.is_on())
    for (const auto& entry : entries)
      if (entry.after.sequence <= buffer.committed_of(entry.after.section))
        trace_written(peers->traces, entry);
  // What SQL did not take, because it lacks what is before it, comes again.
  std::erase_if(entries, [this](const journal_entry& entry) {
    return !concerns_waiting(entry)
           || entry.after.sequence > buffer.committed_of(entry.after.section);
  });
  hand_to_waitlist(std::move(entries));
  ask_for_lacking();
}

void database_sync_state::repeat(std::vector<journal_entry> known) {
  std::vector<section_cursor> cursors;
  for (const auto& entry : known) {
    const auto& section = entry.after.section;
    // Runs of one section are common in a journal; repeating one does no harm.
    if (cursors.empty() || cursors.back().section != section)
      cursors.push_back({section, buffer.committed_of(section)});
  }
  tell_committed(cursors);
  std::erase_if(
    known, [](const journal_entry& entry) { return !concerns_waiting(entry); });
  hand_to_waitlist(std::move(known));
}

void database_sync_state::tell_committed(
  std::span<const section_cursor> cursors) {
  std::vector<entries_committed> shares(peers->ledger.size());
  for (const auto& x : cursors) {
    auto worker = partition_of(x.section) % shares.size();
    shares[worker].cursors.emplace_back(x.section, x.last_sequence);
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    auto worker = peers->ledger[i].get();
    if (worker && !shares[i].cursors.empty())
      self->send(worker, std::move(shares[i]));
  }
}

void database_sync_state::greet_ledger() {
  auto generation = peers->ledger_generation();
  if (generation == greeted_generation)
    return;
  greeted_generation = generation;
  tell_committed(own_cursors());
}

std::vector<section_cursor> database_sync_state::own_cursors() const {
  auto result = buffer.cursors();
  std::erase_if(result, [this](const section_cursor& x) {
    return directory::index_of(x.section, peers->sync) != index;
  });
  return result;
}

void database_sync_state::hand_to_waitlist(std::vector<journal_entry> entries) {
  if (entries.empty())
    return;
  std::vector<entries_appended> shares(peers->waitlist.size());
  for (auto& entry : entries) {
    auto worker = directory::index_of(entry.after.section, peers->waitlist);
    shares[worker].entries.push_back(std::move(entry));
  }
  for (std::size_t i = 0; i < shares.size(); ++i) {
    auto worker = peers->waitlist[i].get();
    if (worker && !shares[i].entries.empty())
      self->send(worker, std::move(shares[i]));
  }
}

void database_sync_state::ask_for_lacking() {
  auto reader = peers->journal_reader.get();
  if (!reader || !store)
    return;
  for (const auto& x : buffer.ask(self->clock().now(), ask_lacking_again_after))
    if (!refused.contains(x.section))
      self->send(reader, fill_gap{x.section, x.last_sequence});
}

// -- in a cluster -------------------------------------------------------------

void database_sync_state::forget_foreign(const partition_owners& present) {
  partition_set lost;
  for (std::uint32_t p = 0; p < partition_count; ++p)
    if (present[p] == epoch{})
      lost.set(p, std::exchange(owners[p], {}) != epoch{} || brought[p]);
  if (lost.none())
    return;
  brought &= ~lost;
  buffer.forget(lost);
  std::erase_if(refused,
                [&](const auto& x) { return lost[partition_of(x.first)]; });
}

void database_sync_state::on_entries_committed(const entries_committed& x) {
  std::vector<section_cursor> cursors;
  for (const auto& [section, sequence] : x.cursors)
    cursors.push_back({section, sequence});
  buffer.learn(cursors);
}

} // namespace registrar
