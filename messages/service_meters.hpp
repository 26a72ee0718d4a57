#pragma once

#include "messages/ledger.hpp"
#include "messages/meter.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

/// What the actors count, and what there is at a moment. Metrics and console
/// feed on it, and on what every actor says of itself (messages/status.hpp).

namespace registrar {

/// Whose mailboxes are watched. As in `actor_status::name`, without number.
enum class actor_role : std::uint8_t {
  registration_broker,
  section,
  ledger_worker,
  database_sync,
  journal_reader,
  waitlist,
  catalogue,
  cluster_member,
};

inline constexpr std::array<std::string_view, 8> actor_role_names{
  "registration-broker", "section",  "ledger-worker", "database-sync",
  "journal-reader",      "waitlist", "catalogue",     "cluster-member"};

inline constexpr std::size_t entry_kind_count
  = static_cast<std::size_t>(entry_kind::decided) + 1;

/// Totals since the process began: they belong to no actor, so that they go on
/// where one is restarted.
struct service_meters {
  // -- registration broker ----------------------------------------------------

  meter requests_answered;
  /// Undecided at their deadline.
  meter requests_expired;
  /// Sections that were asked again because no answer came.
  meter sections_asked_again;
  /// From asking a section to its answer, on this node and on another.
  duration_spread near_answer_time;
  duration_spread far_answer_time;
  /// Sections in one message to another node, and in one from there.
  size_spread far_seats;
  size_spread far_answers;

  // -- sections ---------------------------------------------------------------

  meter sections_died;

  // -- ledger workers ---------------------------------------------------------

  meter ledger_openings;
  meter ledger_failures;
  /// Of single sections; a step carries out those of many.
  meter ledger_batches;
  /// Commands of students and operators in one step.
  size_spread ledger_step_commands;
  /// Of steps that were committed.
  duration_spread ledger_step_time;
  /// By `entry_kind`; what left for SQL, memos without effect not.
  std::array<meter, entry_kind_count> ledger_entries;

  // -- database-sync, journal reader ------------------------------------------

  size_spread sync_transaction_entries;
  duration_spread sync_transaction_time;
  meter sync_failures;
  meter dead_letters;
  meter sections_projected;
  meter journal_entries_read;
  meter journal_failures;

  // -- waitlist, catalogue ----------------------------------------------------

  meter notices_written;
  meter notices_forgotten;
  meter notice_failures;
  meter catalogue_loads;
  meter catalogue_failures;

  // -- mailboxes --------------------------------------------------------------

  /// By `actor_role`; samples of the time from sending to handling.
  std::array<duration_spread, actor_role_names.size()> mailbox_wait;

  duration_spread& mailbox_wait_of(actor_role role) {
    return mailbox_wait[static_cast<std::size_t>(role)];
  }
};

/// What there is at the moment; found out without asking any actor.
struct service_census {
  // -- catalogue --------------------------------------------------------------

  std::uint64_t students = 0;
  std::uint64_t sections_open = 0;
  std::uint64_t sections_full = 0;
  std::uint64_t sections_frozen = 0;
  std::uint64_t sections_inactive = 0;
  std::uint64_t seats = 0;
  std::uint64_t seats_taken = 0;
  std::uint64_t students_waiting = 0;

  // -- ledger and journal -----------------------------------------------------

  /// False beyond the bound of uncommitted entries.
  bool takes_registrations = true;
  /// Age of the oldest entry that a database-sync worker has and SQL lacks.
  std::chrono::milliseconds oldest_uncommitted{0};
  std::uint32_t partitions_owned = 0;
  /// Of them, those that nobody else can own now.
  std::uint32_t leases_held = 0;
};

} // namespace registrar
