#pragma once

#include "messages/catalogue.hpp"
#include "messages/idempotency.hpp"
#include "messages/ledger.hpp"
#include "messages/registration.hpp"
#include "messages/status.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

/// Messages that only actors exchange: commands are verb and noun, facts are
/// past tense, queries `get_x`.

namespace registrar {

/// Any actor: describe yourself. Answer: `actor_status`.
struct get_status {};

/// A worker: really ask your store. Answer: `failure`, `ec::none` where well.
struct ping {};

/// INTERNAL: time has passed.
struct tick {};

/// INTERNAL: the mailbox up to here is gathered; do it.
struct flush {};

template <class Inspector>
auto inspect(Inspector& f, get_status&) {
  return f();
}

template <class Inspector>
auto inspect(Inspector& f, ping&) {
  return f();
}

template <class Inspector>
auto inspect(Inspector& f, tick&) {
  return f();
}

template <class Inspector>
auto inspect(Inspector& f, flush&) {
  return f();
}

/// To the registration broker: change a section's settings.
struct change_settings {
  section_id section;
  ledger_command command;
  /// What is left of the deadline when this is sent.
  std::chrono::milliseconds time_left{2000};
};

template <class Inspector>
auto inspect(Inspector& f, change_settings& x) {
  return f(x.section, x.command, x.time_left);
}

struct settings_reply {
  failure error;
  seat_outcome outcome;
  section_header header;
};

template <class Inspector>
auto inspect(Inspector& f, settings_reply& x) {
  return f(x.error, x.outcome, x.header);
}

/// Registration broker to section: one command of one request, with the
/// admission's findings in `command.verdict`. Answered by `seats_decided` to
/// the sender. Asking again with the same request id is safe.
struct decide_seat {
  /// Names the sender's request, and which of its sections this is.
  std::uint64_t token = 0;
  std::uint32_t index = 0;
  /// True where the sender asks again because no answer came.
  bool is_repeated = false;
  ledger_command command;
  /// When it was sent, by the steady clock of this node, in ns; 0 where its
  /// wait in the mailbox is not looked at.
  std::int64_t sent_ns = 0;
};

template <class Inspector>
auto inspect(Inspector& f, decide_seat& x) {
  return f(x.token, x.index, x.is_repeated, x.command, x.sent_ns);
}

struct seat_decided {
  std::uint64_t token = 0;
  std::uint32_t index = 0;
  seat_outcome outcome;
  /// Not `none`: nothing is known to be decided.
  failure error;
};

template <class Inspector>
auto inspect(Inspector& f, seat_decided& x) {
  return f(x.token, x.index, x.outcome, x.error);
}

/// Section to who asked: what one ledger batch brought it.
struct seats_decided {
  section_header header;
  std::vector<seat_decided> decisions;
};

template <class Inspector>
auto inspect(Inspector& f, seats_decided& x) {
  return f(x.header, x.decisions);
}

/// To a section: its header as the ledger's last answer gave it. Answered once
/// the section has loaded it.
struct get_header {};

template <class Inspector>
auto inspect(Inspector& f, get_header&) {
  return f();
}

struct header_reply {
  failure error;
  section_header header;
  /// The ledger could not be asked for so long that another server may own it.
  bool is_stale = false;
};

template <class Inspector>
auto inspect(Inspector& f, header_reply& x) {
  return f(x.error, x.header, x.is_stale);
}

/// To a ledger worker: everything live of a section.
struct get_rows {
  section_id section;
};

template <class Inspector>
auto inspect(Inspector& f, get_rows& x) {
  return f(x.section);
}

struct rows_reply {
  failure error;
  section_rows rows;
};

template <class Inspector>
auto inspect(Inspector& f, rows_reply& x) {
  return f(x.error, x.rows);
}

/// To a ledger worker: where the student is live.
struct get_live_registrations {
  student_id student;
};

template <class Inspector>
auto inspect(Inspector& f, get_live_registrations& x) {
  return f(x.student);
}

struct live_registrations {
  failure error;
  std::vector<live_registration> rows;
};

template <class Inspector>
auto inspect(Inspector& f, live_registrations& x) {
  return f(x.error, x.rows);
}

/// To the section supervisor: see that the section's actor runs. It is in the
/// directory when `section_started` without error comes back.
struct start_section {
  section_id section;
};

template <class Inspector>
auto inspect(Inspector& f, start_section& x) {
  return f(x.section);
}

struct section_started {
  section_id section;
  failure error;
};

template <class Inspector>
auto inspect(Inspector& f, section_started& x) {
  return f(x.section, x.error);
}

/// INTERNAL, supervisor: the backoff of this child is over.
struct restart_child {
  std::uint64_t child = 0;
};

template <class Inspector>
auto inspect(Inspector& f, restart_child& x) {
  return f(x.child);
}

/// Ledger worker or journal reader to a database-sync worker, and from there
/// to a waitlist worker: effects in order.
struct entries_appended {
  std::vector<journal_entry> entries;
};

template <class Inspector>
auto inspect(Inspector& f, entries_appended& x) {
  return f(x.entries);
}

/// Database-sync worker to the ledger worker: SQL holds these.
struct entries_committed {
  std::vector<std::pair<section_id, std::uint64_t>> cursors;
};

template <class Inspector>
auto inspect(Inspector& f, entries_committed& x) {
  return f(x.cursors);
}

/// Database-sync worker to the journal reader: send this section's entries
/// above `after` again. With a nil section: everything that is kept.
struct fill_gap {
  section_id section;
  std::uint64_t after = 0;
};

template <class Inspector>
auto inspect(Inspector& f, fill_gap& x) {
  return f(x.section, x.after);
}

/// Journal reader to a database-sync worker: the journal cannot fill the gap;
/// replace what SQL has of this section.
struct project_section {
  section_rows rows;
};

template <class Inspector>
auto inspect(Inspector& f, project_section& x) {
  return f(x.rows);
}

/// Ledger worker to the catalogue, a few times a second: sections that changed.
struct headers_changed {
  std::vector<section_header> headers;
};

template <class Inspector>
auto inspect(Inspector& f, headers_changed& x) {
  return f(x.headers);
}

/// Catalogue to the ledger worker: who is (not) active any more.
struct standing_changed {
  std::vector<std::pair<student_id, bool>> is_active;
};

template <class Inspector>
auto inspect(Inspector& f, standing_changed& x) {
  return f(x.is_active);
}

/// To a database-sync worker: a student's registrations that were taken back.
struct get_failed_registrations {
  student_id student;
};

template <class Inspector>
auto inspect(Inspector& f, get_failed_registrations& x) {
  return f(x.student);
}

struct failed_registrations_reply {
  failure error;
  std::vector<registration_view> rows;
};

class catalogue_store;

/// To the catalogue: one change, made in its store and then in its view. The
/// closure knows both and the kind of row; local to the node by nature.
struct catalogue_request {
  std::function<failure(catalogue_store&)> change;
  /// Not nil: whose standing the ledger must be told afterwards.
  student_id student;
};

struct catalogue_reply {
  failure error;
};

} // namespace registrar
