#pragma once

#include "actors/catalogue.hpp"
#include "actors/database_sync.hpp"
#include "actors/journal_reader.hpp"
#include "actors/ledger_worker.hpp"
#include "actors/records_worker.hpp"
#include "actors/registration_broker.hpp"
#include "actors/section_supervisor.hpp"
#include "actors/supervisor.hpp"
#include "actors/waitlist.hpp"
#include "storage/rules/invariants.hpp"
#include "tests/unit/actors/test_factory.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/unit/actors/dsl.hpp"

namespace actor_tests {

/// The tree of one server over memory stores, all of it in the deterministic
/// scheduler: no actor has a thread of its own, time passes only in `pass`.
class server : public test_coordinator_fixture<> {
public:
  ~server() override {
    caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
    root = nullptr;
    consume_messages();
  }

  void start(settings config = {}) {
    auto stores = std::shared_ptr<store_factory>{factory};
    auto known = std::shared_ptr<const catalogue_view>{view};
    root = sys.spawn(
      supervisor, "test", peers->actors,
      std::vector<child_spec>{
        child("catalogue", peers->catalogue,
              [=, this] {
                return sys.spawn(catalogue_behavior, peers, stores, view);
              }),
        child("journal-reader", peers->journal_reader,
              [=, this] { return sys.spawn(journal_reader, peers, stores); }),
        child("database-sync/0", peers->sync[0],
              [=, this] {
                return sys.spawn(database_sync, std::size_t{0}, peers, stores);
              }),
        child("waitlist/0", peers->waitlist[0],
              [=, this] {
                return sys.spawn(waitlist, std::size_t{0}, peers, stores,
                                 known);
              }),
        child("records-worker", peers->records,
              [=, this] { return sys.spawn(records_worker, peers, stores); }),
        child("ledger-worker/0", peers->ledger[0],
              [=, this] {
                return sys.spawn(ledger_worker, std::size_t{0}, config, peers,
                                 stores, known);
              }),
        child(
          "section-supervisor", peers->sections_supervisor,
          [=, this] { return sys.spawn(section_supervisor, peers, known); }),
        child(
          "registration-broker", peers->broker,
          [=, this] { return sys.spawn(registration_broker, peers, known); }),
      });
    pass(50ms);
  }

  // -- time -------------------------------------------------------------------

  /// Handles one message and looks for answers.
  bool step() {
    auto has_run = consume_message();
    collect();
    return has_run;
  }

  void settle() {
    while (step())
      ;
  }

  void pass(std::chrono::milliseconds time) {
    settle();
    for (; time > 0ms; time -= 10ms) {
      now += 10ms;
      advance_time(10ms);
      settle();
    }
  }

  template <class Handle>
  void kill(const Handle& actor) {
    caf::anon_send_exit(actor, caf::exit_reason::kill);
    settle();
  }

  // -- a student's side -------------------------------------------------------

  /// Puts the request into the broker's mailbox.
  void post(registration_request x) {
    asked_at[x.request] = now;
    replies.erase(x.request);
    self->send(peers->broker.get(), std::move(x));
  }

  void post(int number, int student, std::vector<int> sections) {
    post(request_for(number, student, std::move(sections)));
  }

  void drop(int number, int student, int section) {
    auto x = request_for(number, student, {section});
    x.route = route::drop_sections;
    post(std::move(x));
  }

  bool is_answered(int number) const {
    return replies.count(request_of(number)) > 0;
  }

  const registration_reply& reply(int number) const {
    return replies.at(request_of(number));
  }

  /// The one section's status in the answer; `undecided` where there is none.
  seat_status status(int number) const {
    if (!is_answered(number) || reply(number).error.code != ec::none
        || reply(number).results.empty())
      return seat_status::undecided;
    return reply(number).results[0].outcome.status;
  }

  // -- what is left of it -----------------------------------------------------

  section_rows in_ledger(int section) {
    auto id = section_of(section);
    auto stores = factory->ledger.open();
    auto rows = stores->ledger().rows({&id, 1});
    return rows ? (*rows)[0] : section_rows{};
  }

  std::uint64_t sql_cursor(const section_id& section) const {
    auto found = factory->sql->sections.find(section);
    return found == factory->sql->sections.end() ? 0 : found->second.sequence();
  }

  section_rows in_sql(int section) const {
    auto found = factory->sql->sections.find(section_of(section));
    return found == factory->sql->sections.end() ? section_rows{}
                                                 : found->second.rows();
  }

  /// How often the ledger let a student in.
  std::size_t effects_of(int student) {
    auto page = factory->ledger.open_journal()->read(0, 100'000);
    return static_cast<std::size_t>(std::count_if(
      page->entries.begin(), page->entries.end(), [&](const journal_entry& x) {
        return x.student == student_of(student)
               && (x.kind == entry_kind::enrolled
                   || x.kind == entry_kind::waitlisted);
      }));
  }

  template <class Actor>
  std::int64_t figure_of(const Actor& actor, const std::string& name) {
    std::int64_t result = -1;
    self->send(actor, get_status{});
    // Not `settle`, which looks for nothing but replies.
    consume_messages();
    self->receive([&](const actor_status& x) {
      for (const auto& [figure, value] : x.figures)
        if (figure == name)
          result = value;
    });
    return result;
  }

  /// Nothing is broken in the section, and SQL holds the same.
  void check_section(int section) {
    auto rows = in_ledger(section);
    for (const auto& broken : broken_invariants(rows))
      CAF_ERROR(broken);
    CAF_CHECK(rows == in_sql(section));
  }

  // -- members ----------------------------------------------------------------

  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1);
  std::shared_ptr<catalogue_view> view = std::make_shared<catalogue_view>();
  std::shared_ptr<test_factory> factory = std::make_shared<test_factory>();
  std::shared_ptr<faults> wanted = factory->wanted;
  supervisor_actor root;
  std::map<request_id, registration_reply> replies;
  std::map<request_id, std::chrono::milliseconds> asked_at;
  std::chrono::milliseconds now{0};
  /// The longest that anybody waited for an answer.
  std::chrono::milliseconds longest{0};
  /// Answers whose sequence SQL did not hold when they came.
  std::size_t answers_before_sql = 0;

private:
  template <class Slot, class Spawn>
  child_spec child(std::string name, Slot& slot, Spawn spawn) {
    child_spec spec;
    spec.name = std::move(name);
    spec.start = [&slot, spawn] {
      auto actor = spawn();
      slot.set(actor);
      return caf::actor_cast<caf::strong_actor_ptr>(actor);
    };
    spec.gone = [&slot] { slot.clear(); };
    return spec;
  }

  void collect() {
    while (!self->mailbox().empty())
      self->receive([this](registration_reply& x) {
        longest = std::max(longest, now - asked_at[x.request]);
        for (const auto& result : x.results)
          if (result.error.code == ec::none
              && sql_cursor(result.section) < result.outcome.sequence)
            ++answers_before_sql;
        auto request = x.request;
        CAF_CHECK(replies.emplace(request, std::move(x)).second);
      });
  }
};

} // namespace actor_tests
