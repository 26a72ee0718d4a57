#pragma once

#include "messages/catalogue.hpp"
#include "messages/cluster.hpp"
#include "messages/errors.hpp"
#include "messages/registration.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What operators see of the live service and do to it: the console, `registrar
/// top`, /api/v1/ops/.

namespace registrar {

// -- actors -------------------------------------------------------------------

enum class actor_order : std::uint8_t {
  name,
  state,
  messages,
  busy,
  depth,
  wait,
  restarts,
};

enum class actor_kind : std::uint8_t { section, worker, supervisor };

/// Which actors, in which order.
struct list_actors {
  actor_order order = actor_order::messages;
  bool is_descending = true;
  /// Part of a name or of a section's course; any case. Empty: all.
  std::string filter;
  /// Leave out what is no section.
  bool sections_only = false;
  /// Leave out sections.
  bool system_only = false;
  std::uint32_t limit = 100;
};

/// One actor as it is seen from outside, without asking it.
struct actor_view {
  /// As in `actor_status::name`.
  std::string name;
  /// Its supervisor; empty for the root.
  std::string parent;
  actor_kind kind = actor_kind::worker;
  /// Of a section: course and number.
  std::string label;
  /// `running`, `stuck` (in one message for `limits::stuck_after` and more),
  /// `restarting`, `ended` (a section, until its next use), `quarantined`, or
  /// what it last said itself: `degraded`, `stopped`, ...
  std::string state;
  /// Handled since it started.
  std::uint64_t messages = 0;
  /// Over the interval of the list; none at a first look.
  std::optional<double> messages_per_second;
  /// Share of the interval in which it had a thread, 0 to 1.
  std::optional<double> busy;
  /// Messages that were sent to it and that it has not begun.
  std::uint64_t depth = 0;
  /// How long the last sampled message waited.
  std::optional<std::chrono::microseconds> wait;
  /// How long it has been at the message that it handles now.
  std::optional<std::chrono::milliseconds> handling_for;
  std::uint64_t restarts = 0;
  /// Of the last restart.
  std::string cause;
  timestamp restarted_at{};
  /// Of a worker, where it answered lately: its last failure and its figures.
  std::string last_failure;
  std::vector<std::pair<std::string, std::int64_t>> figures;
};

struct actor_list {
  timestamp at{};
  /// Over which rates were taken; none at a first look.
  std::optional<std::chrono::milliseconds> interval;
  std::uint64_t total = 0;
  std::uint64_t matching = 0;
  /// Of all, by state.
  std::vector<std::pair<std::string, std::uint64_t>> by_state;
  std::vector<actor_view> actors;
};

// -- one section --------------------------------------------------------------

/// What was decided for one command, as the section's actor remembers it;
/// small, because every section keeps some.
struct past_decision {
  timestamp at{};
  request_id request;
  student_id student;
  /// With `window_not_yet_open`: when it opens.
  timestamp opens_at{};
  std::uint32_t waitlist_position = 0;
  /// Microseconds from its arrival at the section to its answer.
  std::uint32_t latency_us = 0;
  command_kind command = command_kind::register_student;
  seat_status status = seat_status::undecided;
  /// The first of the outcome's refusals, where it has any.
  std::optional<refusal_reason> refused;
  /// Refused from the mirror, without asking the ledger.
  bool is_by_mirror = false;
};

static_assert(sizeof(past_decision) <= 64);

/// A section inside out. What could not be had in time is absent, and
/// `problems` says why.
struct section_inspection {
  section_view section;
  /// Which the ledger just gave; then `rows.header` is of the same moment.
  std::optional<section_rows> rows;
  std::string node;
  std::uint32_t partition = 0;
  /// 0: not owned.
  std::uint64_t epoch = 0;
  bool holds_lease = false;
  std::optional<std::uint64_t> sql_sequence;
  /// None where it has not been started.
  std::optional<actor_view> actor;
  /// Newest first.
  std::vector<past_decision> decisions;
  std::vector<std::string> problems;
};

// -- journal ------------------------------------------------------------------

struct partition_lag {
  std::uint32_t partition = 0;
  std::string owner;
  std::uint64_t epoch = 0;
  bool holds_lease = false;
  /// Entries that SQL lacks; none where its ledger worker did not say.
  std::optional<std::uint64_t> uncommitted;
};

struct sync_worker_lag {
  /// As in `actor_status::name`.
  std::string name;
  /// As in `actor_status::state`, or `unreachable`.
  std::string state;
  std::string last_failure;
  std::optional<std::chrono::milliseconds> oldest;
  /// As the worker says them of itself.
  std::vector<std::pair<std::string, std::int64_t>> figures;
};

struct journal_state {
  timestamp at{};
  std::uint64_t uncommitted = 0;
  std::uint64_t uncommitted_max = 0;
  bool takes_registrations = true;
  bool takes_drops = true;
  std::chrono::milliseconds oldest{0};
  /// All, in order.
  std::vector<partition_lag> partitions;
  /// The database-sync pool, then the journal reader.
  std::vector<sync_worker_lag> workers;
};

// -- dead letters -------------------------------------------------------------

/// A letter's place among all, oldest first: it stays where letters before it
/// are retried or discarded.
struct letter_place {
  timestamp at{};
  section_id section;
  std::uint64_t sequence = 0;

  friend auto operator<=>(const letter_place&, const letter_place&) = default;
};

struct list_dead_letters {
  /// Nil: of all.
  section_id section;
  student_id student;
  /// Empty: all.
  std::string kind;
  std::string sqlstate;
  std::uint32_t limit = 50;
  /// Of the last letter of the page before; none for the first page.
  std::optional<letter_place> after;
};

struct dead_letter_view {
  uuid id;
  section_id section;
  student_id student;
  registration_id registration;
  std::uint64_t sequence = 0;
  std::string kind;
  std::string sqlstate;
  std::string reason;
  timestamp at{};
  /// The entry as JSON.
  std::string entry;
  /// A registration that was taken back can be made again; of anything else
  /// nothing is missing.
  bool can_be_retried = false;
};

struct dead_letter_page {
  /// Oldest first.
  std::vector<dead_letter_view> letters;
  std::uint64_t total = 0;
  std::uint64_t matching = 0;
  /// None where this is the last page.
  std::optional<letter_place> next;
};

/// What became of one letter of a bulk act.
struct dead_letter_result {
  uuid id;
  /// A seat's status where it was retried, `discarded`, `nothing_to_retry`,
  /// `not_found`, or `failed`.
  std::string status;
  std::string detail;
};

// -- acts ---------------------------------------------------------------------

/// Who acts, and why; kept in `audit_log`.
struct operator_reason {
  /// The token's subject, or the address where nobody had to say.
  std::string who;
  std::string why;
  /// Names the exchange.
  std::string exchange;
};

/// One row of `audit_log`.
struct operator_act {
  /// Rises with every row; 0 before it is written.
  std::uint64_t id = 0;
  std::string who;
  std::string action;
  std::string subject;
  /// What became of it.
  std::string detail;
  std::string why;
  timestamp at{};
};

template <class Inspector>
auto inspect(Inspector& f, operator_act& x) {
  return f(x.id, x.who, x.action, x.subject, x.detail, x.why, x.at);
}

struct list_acts {
  std::uint32_t limit = 50;
  /// The last of the page before; 0 for the first page.
  std::uint64_t before = 0;
};

struct act_page {
  /// Done, but not written yet because SQL does not take it; newest first.
  std::vector<operator_act> pending;
  /// Newest first.
  std::vector<operator_act> acts;
  /// 0 where this is the last page.
  std::uint64_t next = 0;
};

/// What an act did.
template <class T>
struct acted {
  T result;
  /// False: SQL does not take the row now; it is tried until it does.
  bool is_audited = true;
};

// -- traces -------------------------------------------------------------------

/// What is traced: exactly one of the three.
struct trace_subject {
  student_id student;
  section_id section;
  request_id request;
};

struct start_trace {
  trace_subject subject;
  std::chrono::seconds span{0};
};

/// One step of one request.
struct trace_event {
  timestamp at{};
  /// `received`, `admitted`, `refused`, `queued`, `asked`, `decided`,
  /// `answered`, `written`, `noticed`.
  std::string step;
  request_id request;
  student_id student;
  section_id section;
  std::string detail;
  /// Since what the step ends began; none where it ends nothing.
  std::optional<std::chrono::microseconds> took;
};

struct trace_view {
  uuid id;
  trace_subject subject;
  std::string who;
  std::string why;
  timestamp started_at{};
  timestamp until{};
  bool is_running = false;
  std::uint64_t events = 0;
  /// Beyond the bound, the oldest are forgotten.
  std::uint64_t forgotten = 0;
};

struct trace_content {
  trace_view trace;
  /// In order.
  std::vector<trace_event> events;
};

// -- the interface ------------------------------------------------------------

/// What `http/` may ask and do for operators. As with `service`, every call
/// returns at once and never throws, and `done` is called exactly once, from
/// any thread, at the latest shortly after the request's deadline: a frozen
/// actor is shown as such and holds nobody up.
class operations_service {
public:
  template <class T>
  using reply_to = std::function<void(fallible<T>)>;

  virtual ~operations_service() = default;

  // -- looking ----------------------------------------------------------------

  /// The first look starts the measuring, the next ones show rates; it ends by
  /// itself when nobody looks any more.
  virtual void actors(list_actors query, reply_to<actor_list> done) = 0;
  virtual void inspect(section_id section, reply_to<section_inspection> done)
    = 0;
  /// Sections whose course, name or id has `text` in it; any case.
  virtual std::vector<section_view>
  find_sections(const std::string& text, std::uint32_t limit) const = 0;
  virtual void journal(reply_to<journal_state> done) = 0;
  virtual void dead_letters(list_dead_letters query,
                            reply_to<dead_letter_page> done)
    = 0;
  virtual void acts(list_acts query, reply_to<act_page> done) = 0;
  virtual std::vector<trace_view> traces() const = 0;
  virtual fallible<trace_content> trace(const uuid& id) const = 0;
  /// `ec::not_found` where this server is not a node of a cluster.
  virtual void cluster(reply_to<cluster_state> done) = 0;

  // -- acting -----------------------------------------------------------------

  virtual void freeze(section_id section, bool is_frozen, operator_reason why,
                      reply_to<acted<section_view>> done)
    = 0;
  virtual void set_capacity(section_id section, std::uint32_t total_seats,
                            operator_reason why,
                            reply_to<acted<section_view>> done)
    = 0;
  /// Ends an actor; its supervisor starts it again. `ec::not_found` where none
  /// of that name runs.
  virtual void restart(std::string name, operator_reason why,
                       reply_to<acted<actor_view>> done)
    = 0;
  virtual void retry(std::vector<uuid> letters, operator_reason why,
                     reply_to<acted<std::vector<dead_letter_result>>> done)
    = 0;
  virtual void discard(std::vector<uuid> letters, operator_reason why,
                       reply_to<acted<std::vector<dead_letter_result>>> done)
    = 0;
  virtual void start(start_trace trace, operator_reason why,
                     reply_to<acted<trace_view>> done)
    = 0;
  virtual void stop(uuid trace, operator_reason why,
                    reply_to<acted<trace_view>> done)
    = 0;
  /// Takes a node's partitions away, or lets it have some again; it serves on.
  /// Comes back once that is noted; the partitions move in the seconds after.
  virtual void drain(std::string node, bool is_drained, operator_reason why,
                     reply_to<acted<cluster_state>> done)
    = 0;
  /// Every node gets its partitions again, drained ones too.
  virtual void rebalance(operator_reason why,
                         reply_to<acted<cluster_state>> done)
    = 0;
  /// Keeps an act in `audit_log` that was carried out elsewhere.
  virtual void keep(operator_act act, reply_to<acted<registrar::done>> done)
    = 0;
};

} // namespace registrar
