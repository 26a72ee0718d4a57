#pragma once

#include "messages/ledger.hpp"
#include "messages/operations.hpp"

#include <functional>
#include <utility>
#include <vector>

/// What actors exchange for operators: looks from outside, acts, records.

namespace registrar {

class registration_store;

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

} // namespace registrar
