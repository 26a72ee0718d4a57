#pragma once

#include "messages/catalogue.hpp"
#include "messages/idempotency.hpp"
#include "messages/ledger.hpp"
#include "messages/registration.hpp"
#include "messages/status.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/fwd.hpp>
#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <memory>

/// Every typed actor interface and every message between actors. What is
/// particular to CAF 0.17 stays in this file and in messages/caf_types.cpp.

namespace registrar {

// -- messages that only actors exchange ---------------------------------------

/// Any actor: describe yourself. Answer: `actor_status`.
struct get_status {};

template <class Inspector>
auto inspect(Inspector& f, get_status&) {
  return f();
}

/// Registration broker to section: one command of one request, and the
/// admission's findings (inside `command.verdict`). Answer: `section_result`.
struct decide_seat {
  ledger_command command;
  /// 1: the section may refuse from its mirror; above: only the ledger may.
  std::uint32_t attempt = 1;
  std::chrono::milliseconds time_left{0};
};

template <class Inspector>
auto inspect(Inspector& f, decide_seat& x) {
  return f(x.command, x.attempt, x.time_left);
}

/// To a section: answer its `section_header`, read from the ledger at most one
/// batch ago.
struct get_header {};

template <class Inspector>
auto inspect(Inspector& f, get_header&) {
  return f();
}

/// To a section or a ledger worker: everything live. Answer: `section_rows`.
struct get_rows {
  section_id section;
};

template <class Inspector>
auto inspect(Inspector& f, get_rows& x) {
  return f(x.section);
}

/// To a ledger worker. Answer: `live_registrations`.
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

/// Ledger worker or journal reader to a database-sync worker: effects in
/// order. No answer.
struct entries_appended {
  std::vector<journal_entry> entries;
};

template <class Inspector>
auto inspect(Inspector& f, entries_appended& x) {
  return f(x.entries);
}

/// Database-sync worker to all who wait for it (ledger worker, journal
/// reader): SQL holds these. No answer.
struct entries_committed {
  std::vector<std::pair<section_id, std::uint64_t>> cursors;
  /// How many entries became durable in SQL (for the bound on uncommitted).
  std::uint64_t count = 0;
};

template <class Inspector>
auto inspect(Inspector& f, entries_committed& x) {
  return f(x.cursors, x.count);
}

/// Database-sync worker to the journal reader: read this section again from
/// `after` on and send what you find as `entries_appended`.
struct fill_gap {
  section_id section;
  std::uint64_t after = 0;
};

template <class Inspector>
auto inspect(Inspector& f, fill_gap& x) {
  return f(x.section, x.after);
}

/// Ledger worker to the catalogue, a few times a second: counts of the
/// sections that changed.
struct headers_changed {
  std::vector<section_header> headers;
};

template <class Inspector>
auto inspect(Inspector& f, headers_changed& x) {
  return f(x.headers);
}

/// Catalogue to a ledger worker: who is (not) active any more.
struct standing_changed {
  std::vector<std::pair<student_id, bool>> is_active;
};

template <class Inspector>
auto inspect(Inspector& f, standing_changed& x) {
  return f(x.is_active);
}

} // namespace registrar
