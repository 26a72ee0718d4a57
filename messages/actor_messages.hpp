#pragma once

#include "messages/catalogue.hpp"
#include "messages/cluster.hpp"
#include "messages/idempotency.hpp"
#include "messages/ledger.hpp"
#include "messages/operations.hpp"
#include "messages/registration.hpp"
#include "messages/status.hpp"

#include <caf/actor_control_block.hpp>

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
class registration_store;

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

// -- for operators ------------------------------------------------------------

/// To the observer: the actors as they are. Answer: `actor_list`.
struct get_actors {
  list_actors query;
};

/// To a section: what it decided of late, newest first.
struct get_decisions {};

template <class Inspector>
auto inspect(Inspector& f, get_decisions&) {
  return f();
}

struct past_decisions {
  std::vector<past_decision> decisions;
};

/// To a ledger worker: how much of each of its partitions SQL lacks.
struct get_lag {};

template <class Inspector>
auto inspect(Inspector& f, get_lag&) {
  return f();
}

struct ledger_lag {
  failure error;
  /// Partition and entries; only those that lack something.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> uncommitted;
};

template <class Inspector>
auto inspect(Inspector& f, ledger_lag& x) {
  return f(x.error, x.uncommitted);
}

/// To a ledger worker: how far SQL is with a section.
struct get_cursor {
  section_id section;
};

template <class Inspector>
auto inspect(Inspector& f, get_cursor& x) {
  return f(x.section);
}

struct cursor_reply {
  section_id section;
  /// 0: as far as the worker knows, SQL has nothing of it.
  std::uint64_t sequence = 0;
};

template <class Inspector>
auto inspect(Inspector& f, cursor_reply& x) {
  return f(x.section, x.sequence);
}

/// To the records worker: one question or change of what it keeps in SQL. The
/// closure knows where the answer goes; local to the node by nature.
struct records_request {
  std::function<failure(registration_store&)> work;
};

struct records_reply {
  failure error;
};

/// To the records worker: an operator's act waits in the directory's queue.
/// Answered when it was tried to write it and those before it.
struct note_act {
  /// What the queue gave for it.
  std::uint64_t ticket = 0;
};

template <class Inspector>
auto inspect(Inspector& f, note_act& x) {
  return f(x.ticket);
}

struct act_noted {
  /// False: SQL does not take it now; it is tried until it does.
  bool is_written = false;
};

template <class Inspector>
auto inspect(Inspector& f, act_noted& x) {
  return f(x.is_written);
}

// -- in a cluster -------------------------------------------------------------

/// Node to node, first of all: who asks. Answer: `node_welcome`.
struct node_hello {
  node_card card;
};

template <class Inspector>
auto inspect(Inspector& f, node_hello& x) {
  return f(x.card);
}

struct node_welcome {
  /// Why the two cannot work together.
  failure error;
  node_card card;
};

template <class Inspector>
auto inspect(Inspector& f, node_welcome& x) {
  return f(x.error, x.card);
}

struct asked_seat {
  section_id section;
  decide_seat seat;
};

template <class Inspector>
auto inspect(Inspector& f, asked_seat& x) {
  return f(x.section, x.seat);
}

/// Registration broker to the gate of the node that owns the sections. Each
/// section answers the broker by `seats_decided`, as a near one does; where the
/// node does not own it, the gate does, with `not_owner`.
struct seats_asked {
  std::vector<asked_seat> seats;
};

template <class Inspector>
auto inspect(Inspector& f, seats_asked& x) {
  return f(x.seats);
}

/// To the gate of the node that owns the section. Answer: `header_reply`.
struct get_section_header {
  section_id section;
};

template <class Inspector>
auto inspect(Inspector& f, get_section_header& x) {
  return f(x.section);
}

/// These partitions have another owner, or none, or soon will. To a cluster
/// member: look at the registry now. To the journal reader: they are this node's
/// now, and their former owner may not have brought all of them into SQL.
struct partitions_moved {
  std::vector<std::uint32_t> partitions;
};

template <class Inspector>
auto inspect(Inspector& f, partitions_moved& x) {
  return f(x.partitions);
}

/// Cluster member to the ledger workers: which partitions this node should own
/// has changed in the directory.
struct own_partitions {};

template <class Inspector>
auto inspect(Inspector& f, own_partitions&) {
  return f();
}

/// To the cluster member: the cluster as it is. Answer: `cluster_reply`.
struct get_cluster {};

template <class Inspector>
auto inspect(Inspector& f, get_cluster&) {
  return f();
}

struct cluster_reply {
  failure error;
  cluster_state state;
};

/// To the cluster member: take the node's partitions away, or let it have some
/// again; with an empty name, let all have some. Answer: `cluster_reply`.
struct change_drain {
  std::string node;
  bool is_drained = false;
};

template <class Inspector>
auto inspect(Inspector& f, change_drain& x) {
  return f(x.node, x.is_drained);
}

/// INTERNAL, cluster member: what came of looking for a node's gate.
struct gate_found {
  std::string node;
  std::string run;
  /// Null where `error` says why.
  caf::strong_actor_ptr gate;
  failure error;
};

template <class Inspector>
auto inspect(Inspector& f, gate_found& x) {
  return f(x.node, x.run, x.gate, x.error);
}

/// To the cluster member: this node stops; give away what it owns. Answer:
/// `done` as soon as it owns nothing, or nobody is there to take it.
struct leave_cluster {};

template <class Inspector>
auto inspect(Inspector& f, leave_cluster&) {
  return f();
}

} // namespace registrar
