#define CAF_SUITE gateway_calls

#include "actors/gateway_calls.hpp"
#include "messages/actors.hpp"
#include "tests/unit/actors/fixture.hpp"

#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

/// Answers of any thread, to wait for.
class answers {
public:
  void add(failure why) {
    std::lock_guard guard{mutex_};
    all_.push_back(std::move(why));
    changed_.notify_all();
  }

  /// False: they did not come within any reasonable time.
  bool wait_for(std::size_t count) {
    std::unique_lock guard{mutex_};
    return changed_.wait_for(guard, 10s, [&] { return all_.size() >= count; });
  }

  std::vector<failure> all() {
    std::lock_guard guard{mutex_};
    return all_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<failure> all_;
};

section_supervisor_actor::behavior_type
answering(section_supervisor_actor::pointer) {
  return {
    [](get_status) { return actor_status{}; },
    [](start_section& x) {
      return section_started{x.section, {ec::quarantined, "as told"}};
    },
    [](const partitions_moved&) {},
    [](tick) {},
  };
}

section_supervisor_actor::behavior_type silent(
  section_supervisor_actor::pointer self,
  std::shared_ptr<std::vector<caf::typed_response_promise<section_started>>>
    kept) {
  return {
    [](get_status) { return actor_status{}; },
    [=](start_section&) -> caf::result<section_started> {
      kept->push_back(self->make_response_promise<section_started>());
      return kept->back();
    },
    [](const partitions_moved&) {},
    [](tick) {},
  };
}

section_supervisor_actor::behavior_type
failing(section_supervisor_actor::pointer) {
  return {
    [](get_status) { return actor_status{}; },
    [](start_section&) -> section_started {
      throw std::runtime_error{"as told"};
    },
    [](const partitions_moved&) {},
    [](tick) {},
  };
}

struct calls_fixture : test_coordinator_fixture<> {
  calls_fixture() {
    uut->start();
  }

  ~calls_fixture() override {
    uut->stop();
    for (auto& actor : spawned)
      caf::anon_send_exit(actor, caf::exit_reason::kill);
    consume_messages();
  }

  section_supervisor_actor spawn_answering() {
    spawned.push_back(sys.spawn(answering));
    return spawned.back();
  }

  section_supervisor_actor spawn_silent() {
    spawned.push_back(sys.spawn(silent, kept));
    return spawned.back();
  }

  void ask(const section_supervisor_actor& whom,
           std::chrono::milliseconds deadline = 10min) {
    uut->ask<section_started>(
      whom, start_section{section_of(1)}, deadline,
      [this](section_started x) { got.add(std::move(x.error)); },
      [](failure why) {
        return section_started{{}, std::move(why)};
      });
  }

  std::shared_ptr<call_table> uut = std::make_shared<call_table>(sys);
  answers got;
  std::shared_ptr<std::vector<caf::typed_response_promise<section_started>>>
    kept = std::make_shared<
      std::vector<caf::typed_response_promise<section_started>>>();
  std::vector<section_supervisor_actor> spawned;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_calls, calls_fixture)

CAF_TEST(hands an answer over once) {
  ask(spawn_answering());
  consume_messages();
  CAF_REQUIRE_EQUAL(got.all().size(), 1u);
  CAF_CHECK(got.all()[0].code == ec::quarantined);
  uut->stop();
  CAF_CHECK_EQUAL(got.all().size(), 1u);
}

CAF_TEST(answers at once where there is nobody to ask) {
  ask({});
  CAF_REQUIRE_EQUAL(got.all().size(), 1u);
  CAF_CHECK(got.all()[0].code == ec::dependency_unavailable);
}

CAF_TEST(answers for an actor that was dead before it was asked) {
  auto dead = spawn_answering();
  caf::anon_send_exit(dead, caf::exit_reason::kill);
  consume_messages();
  ask(dead);
  consume_messages();
  CAF_REQUIRE_EQUAL(got.all().size(), 1u);
  CAF_CHECK(got.all()[0].code == ec::in_doubt);
}

CAF_TEST(is in doubt about an actor that dies with the question) {
  spawned.push_back(sys.spawn(failing));
  ask(spawned[0]);
  ask(spawned[0]);
  consume_messages();
  // The one that waited in the mailbox too.
  CAF_REQUIRE_EQUAL(got.all().size(), 2u);
  for (const auto& why : got.all())
    CAF_CHECK(why.code == ec::in_doubt);
}

CAF_TEST(answers at the deadline and ignores what comes later) {
  auto silent = spawn_silent();
  ask(silent, 1ms);
  consume_messages();
  CAF_REQUIRE(got.wait_for(1));
  CAF_CHECK(got.all()[0].code == ec::in_doubt);
  kept->at(0).deliver(section_started{});
  consume_messages();
  CAF_CHECK_EQUAL(got.all().size(), 1u);
}

CAF_TEST(answers all that is open when it stops) {
  auto silent = spawn_silent();
  for (int i = 0; i < 40; ++i)
    ask(silent);
  consume_messages();
  CAF_CHECK(got.all().empty());
  uut->stop();
  CAF_REQUIRE_EQUAL(got.all().size(), 40u);
  for (const auto& why : got.all())
    CAF_CHECK(why.code == ec::in_doubt);
}

CAF_TEST(answers what is asked after it stopped) {
  uut->stop();
  ask(spawn_answering());
  consume_messages();
  CAF_REQUIRE_EQUAL(got.all().size(), 1u);
  CAF_CHECK(got.all()[0].code == ec::shutting_down);
}

CAF_TEST_FIXTURE_SCOPE_END()
