#include "actors/database_sync.hpp"

#include "config/limits.hpp"
#include "config/logging.hpp"

#include <caf/actor_system.hpp>

/// Entries that SQL refuses for good (DESIGN 5): the ledger takes the
/// registration back, then its dead letter is written, then the section goes
/// on behind it. Where nothing can be taken back, the ledger gives all rows of
/// the section, and the letter is written together with them.

namespace registrar {

namespace {

constexpr auto shown_to_student
  = "Your registration could not be stored and was taken back; please register "
    "again or ask the registrar's office.";

/// Whether the entry brought a registration into the ledger that lives there
/// until it is taken back.
bool brings_registration(entry_kind kind) {
  return kind == entry_kind::enrolled || kind == entry_kind::waitlisted
         || kind == entry_kind::promoted;
}

/// The same each time, so that a withdrawal that is asked for again is one.
request_id withdrawal_of(const journal_entry& entry) {
  auto name = "registrar:withdraw:" + entry.after.section.to_string() + ":"
              + std::to_string(entry.after.sequence);
  return {uuid::named(uuid::url_namespace(), name)};
}

} // namespace

void database_sync_state::isolate(const failure& why) {
  auto isolated = store->isolate(buffer.next());
  if (!isolated) {
    fail(isolated.error());
    return;
  }
  publish(isolated->written);
  if (isolated->refused.empty()) {
    recover();
    return;
  }
  for (const auto& x : isolated->refused)
    buffer.rewound(x.entry.after.section, x.entry.after.sequence - 1);
  if (!peers->refusals.take(isolated->refused.size(), self->clock().now())) {
    stopped_the_pool = true;
    fail({why.code, "SQL refuses too many entries to give them up: "
                      + isolated->refused.front().reason});
    return;
  }
  for (auto& x : isolated->refused) {
    log_error("entry-refused",
              "SQL refuses entry {} of section {} for good ({}): {}",
              x.entry.after.sequence, x.entry.after.section.to_string(),
              x.sqlstate, x.reason);
    auto section = x.entry.after.section;
    refused[section] = std::move(x);
    take_back(section);
  }
  recover();
}

void database_sync_state::take_back(const section_id& section) {
  const auto& entry = refused.at(section).entry;
  if (!brings_registration(entry.kind)) {
    ask_for_rows(section);
    return;
  }
  // Without a worker: again with the next tick.
  auto partition = partition_of(section);
  auto ledger = peers->ledger_of(partition).get();
  if (!ledger)
    return;
  ledger_command command;
  command.kind = command_kind::withdraw;
  command.request = withdrawal_of(entry);
  command.registration = entry.registration;
  command.failure_reason = shown_to_student;
  command.memo_ttl = limits::memo_ttl;
  decide_batch batch;
  batch.section = section;
  batch.owner = peers->owner(partition);
  batch.commands.push_back(std::move(command));
  batch.number = entry.after.sequence;
  self->send(ledger, std::move(batch));
}

void database_sync_state::on_batch_decided(const batch_decided& x) {
  auto found = refused.find(x.header.section);
  if (found == refused.end() || found->second.entry.after.sequence != x.number)
    return;
  if (x.error.code != ec::none) {
    last_failure = x.error;
    return;
  }
  // Its mirror has not seen what happened behind its back.
  if (auto section = peers->sections.get(x.header.section))
    self->send(section, batch_decided{{}, x.header, {}, 0});
  give_up(x.header.section);
}

void database_sync_state::give_up(const section_id& section) {
  if (!open() || !write_as_owner())
    return;
  const auto& x = refused.at(section);
  if (auto kept = store->write_dead_letter(x, now_utc()); !kept) {
    fail(kept.error());
    return;
  }
  go_on_behind(section, x.entry.after.sequence);
}

void database_sync_state::give_up_for(const section_rows& rows) {
  const auto& section = rows.header.section;
  auto found = refused.find(section);
  // Older rows answer a question about an entry that was given up since.
  if (found == refused.end()
      || rows.header.sequence < found->second.entry.after.sequence)
    return;
  if (!open() || !write_as_owner())
    return;
  auto replaced = store->project_past(found->second, rows, now_utc());
  if (!replaced) {
    fail(replaced.error());
    return;
  }
  go_on_behind(section, rows.header.sequence);
}

void database_sync_state::go_on_behind(const section_id& section,
                                       std::uint64_t sequence) {
  log_warn("dead-letter-written",
           "database-sync {} gave up entry {} of section {}, which is at {}",
           index, refused.at(section).entry.after.sequence, section.to_string(),
           sequence);
  ++given_up;
  peers->meters.dead_letters.add();
  refused.erase(section);
  buffer.committed(section, sequence);
  section_cursor cursor{section, sequence};
  tell_committed({&cursor, 1});
  // What came meanwhile was left in the journal.
  if (auto reader = peers->journal_reader.get())
    self->send(reader, fill_gap{section, sequence});
}

void database_sync_state::ask_for_rows(const section_id& section) {
  // Without an answer: again with the next tick.
  auto ledger = peers->ledger_of(partition_of(section)).get();
  if (!ledger)
    return;
  self->request(ledger, limits::request_deadline, get_rows{section})
    .then(
      [this](rows_reply& x) {
        if (x.error.code == ec::none)
          give_up_for(x.rows);
        else
          last_failure = x.error;
      },
      [this](const caf::error&) {
        last_failure = {ec::dependency_unavailable,
                        "The ledger worker did not give a section's rows."};
      });
}

void database_sync_state::ask_again() {
  std::vector<section_id> sections;
  for (const auto& [section, x] : refused)
    sections.push_back(section);
  for (const auto& section : sections)
    take_back(section);
}

} // namespace registrar
