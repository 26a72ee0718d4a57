#pragma once

#include "actors/catalogue_view.hpp"
#include "actors/directory.hpp"
#include "config/settings.hpp"
#include "tests/unit/actors/test_factory.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/actors/dsl.hpp"

namespace actor_tests {

/// The tree of one server over memory stores, all of it in the deterministic
/// scheduler: no actor has a thread of its own, time passes only in `pass`.
class server : public test_coordinator_fixture<> {
public:
  server();
  ~server() override;

  void start(settings config = {});

  // -- time -------------------------------------------------------------------

  /// Handles one message and looks for answers.
  bool step();

  void settle();
  void pass(std::chrono::milliseconds time);

  template <class Handle>
  void kill(const Handle& actor) {
    kill(caf::actor_cast<caf::strong_actor_ptr>(actor));
  }

  void kill(const caf::strong_actor_ptr& actor);

  // -- a student's side -------------------------------------------------------

  /// Puts the request into the broker's mailbox.
  void post(registration_request x);

  void post(int number, int student, std::vector<int> sections);
  void drop(int number, int student, int section);
  bool is_answered(int number) const;
  const registration_reply& reply(int number) const;

  /// The one section's status in the answer; `undecided` where there is none.
  seat_status status(int number) const;

  // -- what is left of it -----------------------------------------------------

  section_rows in_ledger(int section);
  std::uint64_t sql_cursor(const section_id& section) const;
  section_rows in_sql(int section) const;

  /// How often the ledger let a student in.
  std::size_t effects_of(int student);

  std::int64_t figure_of(const actor_interface<>& actor,
                         const std::string& name);

  /// Nothing is broken in the section, and SQL holds the same.
  void check_section(int section);

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
  void collect();
};

} // namespace actor_tests
