#pragma once

#include "messages/errors.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

/// What goes into the ledger and what comes out of it (DESIGN 2 and 3).

namespace registrar {

/// Proof of ownership: compared for equality, never for order, by the ledger;
/// the number only rises (DESIGN 6).
struct epoch {
  std::uint64_t number = 0;
  std::uint64_t token = 0;

  friend bool operator==(const epoch&, const epoch&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, epoch& x) {
  return f(x.number, x.token);
}

/// Value of `waitlist_capacity` for a waitlist without a bound.
inline constexpr std::uint32_t unlimited
  = std::numeric_limits<std::uint32_t>::max();

/// What operators set on a section.
struct section_settings {
  std::uint32_t total_seats = 0;
  /// 0: no waitlist; `unlimited`: no bound.
  std::uint32_t waitlist_capacity = unlimited;
  bool is_active = true;
  bool is_frozen = false;
  /// Counts changes of these settings; starts at 1.
  std::uint64_t version = 1;

  friend bool operator==(const section_settings&, const section_settings&)
    = default;
};

template <class Inspector>
auto inspect(Inspector& f, section_settings& x) {
  return f(x.total_seats, x.waitlist_capacity, x.is_active, x.is_frozen,
           x.version);
}

/// A section's settings and counts at one sequence.
struct section_header {
  section_id section;
  section_settings settings;
  /// Number of the last effect; 0 before the section is in the ledger.
  std::uint64_t sequence = 0;
  std::uint32_t enrolled = 0;
  std::uint32_t waitlisted = 0;

  friend bool operator==(const section_header&, const section_header&)
    = default;
};

template <class Inspector>
auto inspect(Inspector& f, section_header& x) {
  return f(x.section, x.settings, x.sequence, x.enrolled, x.waitlisted);
}

/// Why a student does not get into a section. Several share an API code:
/// see `api_code` in messages/refusals.hpp.
enum class refusal_reason : std::uint8_t {
  section_not_found,
  section_inactive,
  course_inactive,
  semester_inactive,
  section_full,
  window_not_yet_open,
  window_over,
  section_frozen,
  duplicate_in_request,
  /// Only on a key's later attempts, where the ledger's memo goes first; on the
  /// first the whole request is refused.
  student_inactive,
};

struct refusal {
  refusal_reason reason = refusal_reason::section_not_found;
  /// With `window_not_yet_open`: when it opens. Else the epoch.
  timestamp opens_at{};

  friend bool operator==(const refusal&, const refusal&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, refusal& x) {
  return f(x.reason, x.opens_at);
}

enum class command_kind : std::uint8_t {
  /// Enrol, or join the waitlist.
  register_student,
  /// Give the seat back, or leave the waitlist.
  drop,
  /// Take one registration back because SQL can never hold it. Compares the
  /// registration id, never the student (DESIGN 5).
  withdraw,
  /// Change what `changed` names.
  change_settings,
};

/// Which members of `ledger_command::settings` a `change_settings` sets.
enum settings_mask : std::uint8_t {
  changes_total_seats = 1,
  changes_waitlist_capacity = 2,
  changes_is_active = 4,
  changes_is_frozen = 8,
};

/// One command of one section's batch.
struct ledger_command {
  command_kind kind = command_kind::register_student;
  request_id request;
  /// Register, drop.
  student_id student;
  /// Register: the id to issue if the student joins (random, by the caller,
  /// so that every ledger decides the same). Withdraw: the one to take back.
  registration_id registration;
  /// Register: what the broker already found against it. The memo is looked
  /// up first, this second.
  std::vector<refusal> verdict;
  /// Change of settings.
  section_settings settings;
  std::uint8_t changed = 0;
  /// Change of settings: refuse unless the version is this; 0 asks nothing.
  std::uint64_t if_version = 0;
  /// Withdraw: the reason the student is shown.
  std::string failure_reason;
  /// How long the memo lives from now on (24 h and more, or 10 minutes).
  std::chrono::milliseconds memo_ttl{0};
  /// The key's attempt that sends this. A memo binds every attempt, except
  /// that a refusal for passing reasons only (window, frozen) binds attempts
  /// up to its own: a later one is judged anew, an earlier one that comes late
  /// cannot take effect behind the answer.
  std::uint32_t attempt = 1;

  friend bool operator==(const ledger_command&, const ledger_command&)
    = default;
};

template <class Inspector>
auto inspect(Inspector& f, ledger_command& x) {
  return f(x.kind, x.request, x.student, x.registration, x.verdict, x.settings,
           x.changed, x.if_version, x.failure_reason, x.memo_ttl, x.attempt);
}

enum class seat_status : std::uint8_t {
  /// Nothing was decided (only inside an entry without a memo).
  undecided,
  enrolled,
  waitlisted,
  /// Enrolled or waiting by another request.
  already_registered,
  /// See `refusals`.
  rejected,
  dropped,
  left_waitlist,
  not_registered,
  /// Withdraw: taken back, or no longer live.
  withdrawn,
  nothing_to_withdraw,
  settings_changed,
  /// Settings: equal already.
  settings_unchanged,
  /// Settings: `if_version` is not the section's version.
  version_mismatch,
};

/// The whole outcome of one command; what a memo keeps.
struct seat_outcome {
  seat_status status = seat_status::undecided;
  /// Nil where the student holds or held none.
  registration_id registration;
  /// From 1; 0 where the student does not wait.
  std::uint32_t waitlist_position = 0;
  std::vector<refusal> refusals;
  /// The section's sequence once this command was decided.
  std::uint64_t sequence = 0;

  friend bool operator==(const seat_outcome&, const seat_outcome&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, seat_outcome& x) {
  return f(x.status, x.registration, x.waitlist_position, x.refusals,
           x.sequence);
}

enum class entry_kind : std::uint8_t {
  /// The section entered the ledger with `after.settings`.
  section_created,
  /// `student` got a seat on arrival.
  enrolled,
  /// `student` joined the line.
  waitlisted,
  /// `student` gave the seat back.
  dropped,
  /// `student` left the line.
  left_waitlist,
  /// `student` got a seat from the line.
  promoted,
  /// `registration` was taken back from the roster; row becomes `failed`.
  withdrawn,
  /// `registration` was taken back from the line, or its student was no longer
  /// active when a seat came; row becomes `failed`.
  removed_from_waitlist,
  settings_changed,
  /// No effect: only keeps a memo (a refusal, `already_registered`, ...).
  /// Carries the unchanged sequence.
  decided,
};

std::string_view to_string(entry_kind kind);

/// One effect of one section (or, for `decided`, one memo). Facts: applied on
/// replay, never decided again. A command that promotes gives one entry for
/// itself and one for each promotion, with consecutive sequences, appended in
/// the same atomic step; only the first carries the memo.
struct journal_entry {
  entry_kind kind = entry_kind::decided;
  /// Settings, counts and sequence after this entry.
  section_header after;
  /// Digest of the live rows after this entry (storage/rules/digest.hpp).
  std::uint64_t digest = 0;
  timestamp at{};
  /// The command's request; for `promoted` and `removed_from_waitlist` by
  /// promotion, the request by which the student joined.
  request_id request;
  student_id student;
  registration_id registration;
  /// Place in the line: the sequence of the entry by which the student joined
  /// it, so that it rises with every join and is never reused.
  std::uint64_t ticket = 0;
  /// With `withdrawn` and `removed_from_waitlist`: what the student is shown.
  std::string failure_reason;
  /// The command's outcome, or `undecided` where the entry has no memo.
  seat_outcome memo;
  timestamp memo_expires{};
  /// The attempt that the memo was decided for; 0 where there is no memo.
  std::uint32_t memo_attempt = 0;

  friend bool operator==(const journal_entry&, const journal_entry&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, journal_entry& x) {
  return f(x.kind, x.after, x.digest, x.at, x.request, x.student,
           x.registration, x.ticket, x.failure_reason, x.memo, x.memo_expires,
           x.memo_attempt);
}

/// A student in a roster or a line, as every store hands it out.
struct live_row {
  student_id student;
  registration_id registration;
  /// The request by which the student joined.
  request_id request;
  /// Roster: sequence of the entry that enrolled; order of the roster.
  /// Waitlist: 0.
  std::uint64_t sequence = 0;
  /// Waitlist: ticket; order of the line. Roster: 0.
  std::uint64_t ticket = 0;
  /// Roster: when enrolled. Waitlist: when joined.
  timestamp since{};

  friend bool operator==(const live_row&, const live_row&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, live_row& x) {
  return f(x.student, x.registration, x.request, x.sequence, x.ticket, x.since);
}

/// Everything that lives in a section, in order.
struct section_rows {
  section_header header;
  std::vector<live_row> roster;
  std::vector<live_row> waitlist;
  /// Lower bound of the next ticket: `header.sequence + 1`.
  std::uint64_t next_ticket = 1;

  friend bool operator==(const section_rows&, const section_rows&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, section_rows& x) {
  return f(x.header, x.roster, x.waitlist, x.next_ticket);
}

/// One live state of one student, for reads by student.
struct live_registration {
  section_id section;
  registration_id registration;
  bool is_waiting = false;
  /// From 1 where waiting, else 0.
  std::uint32_t waitlist_position = 0;
  timestamp since{};

  friend bool operator==(const live_registration&, const live_registration&)
    = default;
};

template <class Inspector>
auto inspect(Inspector& f, live_registration& x) {
  return f(x.section, x.registration, x.is_waiting, x.waitlist_position,
           x.since);
}

/// A section's batch: all its commands that waited while the last was in
/// flight, in order. Empty `commands` only loads the header.
struct decide_batch {
  section_id section;
  epoch owner;
  /// True where SQL says the section was never in the ledger: it is created
  /// with `initial`, unless it is there already. False: a section that the
  /// ledger lacks is `ledger_lost`.
  bool may_create = false;
  section_settings initial;
  std::vector<ledger_command> commands;
  /// The section's count of its batches; comes back in the answer.
  std::uint64_t number = 0;

  friend bool operator==(const decide_batch&, const decide_batch&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, decide_batch& x) {
  return f(x.section, x.owner, x.may_create, x.initial, x.commands, x.number);
}

/// The answer to one `decide_batch`. On failure nothing of it is known to
/// have happened (`in_doubt`: nor not to have happened).
struct batch_decided {
  failure error;
  section_header header;
  /// One for each command, in order.
  std::vector<seat_outcome> outcomes;
  /// `decide_batch::number`, set by who carries the answer.
  std::uint64_t number = 0;

  friend bool operator==(const batch_decided&, const batch_decided&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, batch_decided& x) {
  return f(x.error, x.header, x.outcomes, x.number);
}

} // namespace registrar
