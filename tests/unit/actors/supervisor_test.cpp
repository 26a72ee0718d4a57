#define CAF_SUITE supervisor

#include "actors/section_supervisor.hpp"
#include "actors/supervisor.hpp"
#include "tests/unit/actors/fixture.hpp"

#include <array>
#include <stdexcept>

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

caf::behavior idle(caf::event_based_actor*) {
  return {[](int) {}};
}

struct supervisor_fixture : test_coordinator_fixture<> {
  ~supervisor_fixture() override {
    caf::anon_send_exit(uut, caf::exit_reason::user_shutdown);
    uut = nullptr;
    consume_messages();
  }

  child_spec child(std::size_t index) {
    return {"child/" + std::to_string(index), actor_kind::worker,
            [this, index] {
              if (++starts[index] == fails_at[index])
                throw std::runtime_error("no more threads");
              current[index] = sys.spawn(idle);
              return caf::actor_cast<caf::strong_actor_ptr>(current[index]);
            },
            [this, index] { current[index] = nullptr; }};
  }

  void start() {
    uut = sys.spawn(supervisor, "test", known,
                    std::vector<child_spec>{child(0), child(1)});
    consume_messages();
  }

  void kill(std::size_t index) {
    caf::anon_send_exit(current[index], caf::exit_reason::kill);
    consume_messages();
  }

  void pass(std::chrono::milliseconds time) {
    advance_time(time);
    consume_messages();
  }

  std::shared_ptr<actor_register> known = std::make_shared<actor_register>();
  supervisor_actor uut;
  std::array<int, 2> starts{};
  /// The start that fails; 0: none.
  std::array<int, 2> fails_at{};
  std::array<caf::actor, 2> current;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_supervisor, supervisor_fixture)

CAF_TEST(restarts the child that died and no other) {
  start();
  kill(0);
  CAF_CHECK(!current[0]);
  pass(20ms);
  CAF_CHECK_EQUAL(starts[0], 2);
  CAF_CHECK_EQUAL(starts[1], 1);
}

CAF_TEST(waits longer each time) {
  start();
  kill(0);
  pass(20ms);
  kill(0);
  pass(5ms);
  CAF_CHECK_EQUAL(starts[0], 2);
  pass(20ms);
  CAF_CHECK_EQUAL(starts[0], 3);
}

CAF_TEST(gives up a child that dies too often and ends its siblings) {
  start();
  self->monitor(uut);
  for (std::size_t i = 0; i < limits::restarts_max; ++i) {
    kill(0);
    pass(1s);
  }
  CAF_CHECK_EQUAL(starts[0], 1 + static_cast<int>(limits::restarts_max));
  kill(0);
  CAF_CHECK(!current[1]);
  auto is_down = false;
  self->receive([&](const caf::down_msg&) { is_down = true; });
  CAF_CHECK(is_down);
}

CAF_TEST(leaves no child behind when it fails itself) {
  fails_at[0] = 2;
  start();
  auto sibling = current[1];
  self->monitor(sibling);
  kill(0);
  pass(20ms);
  CAF_CHECK(!current[1]);
  auto is_down = false;
  self->receive(
    [&](const caf::down_msg& x) { is_down = x.source == sibling.address(); });
  CAF_CHECK(is_down);
}

CAF_TEST(forgets deaths that are long past) {
  start();
  for (std::size_t i = 0; i < 3 * limits::restarts_max; ++i) {
    kill(0);
    pass(10s);
  }
  CAF_CHECK_EQUAL(starts[0], 1 + 3 * static_cast<int>(limits::restarts_max));
}

CAF_TEST_FIXTURE_SCOPE_END()

namespace {

struct section_supervisor_fixture : test_coordinator_fixture<> {
  section_supervisor_fixture() {
    view->load(small_catalogue());
    uut = sys.spawn(section_supervisor, peers,
                    std::shared_ptr<const catalogue_view>{view});
    consume_messages();
  }

  ~section_supervisor_fixture() override {
    caf::anon_send_exit(uut, caf::exit_reason::user_shutdown);
    consume_messages();
  }

  ec start(int number) {
    self->send(uut, start_section{section_of(number)});
    consume_messages();
    auto result = ec::none;
    self->receive([&](const section_started& x) { result = x.error.code; });
    return result;
  }

  void kill(int number) {
    caf::anon_send_exit(peers->sections.get(section_of(number)),
                        caf::exit_reason::kill);
    consume_messages();
  }

  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1);
  std::shared_ptr<catalogue_view> view = std::make_shared<catalogue_view>();
  section_supervisor_actor uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_section_supervisor, section_supervisor_fixture)

CAF_TEST(starts a section once on first use) {
  CAF_CHECK(start(1) == ec::none);
  auto first = peers->sections.get(section_of(1));
  CAF_CHECK(start(1) == ec::none);
  CAF_CHECK(first == peers->sections.get(section_of(1)));
}

CAF_TEST(knows no section that the catalogue does not ) {
  CAF_CHECK(start(33) == ec::not_found);
}

CAF_TEST(leaves no section behind that nobody watches) {
  start(1);
  auto section = peers->sections.get(section_of(1));
  self->monitor(section);
  caf::anon_send_exit(uut, caf::exit_reason::kill);
  consume_messages();
  CAF_CHECK(!peers->sections.get(section_of(1)));
  auto is_down = false;
  self->receive([&](const caf::down_msg&) { is_down = true; });
  CAF_CHECK(is_down);
}

CAF_TEST(sets a section aside alone that keeps dying) {
  start(2);
  for (std::size_t i = 0; i <= limits::restarts_max; ++i) {
    start(1);
    kill(1);
  }
  CAF_CHECK(start(1) == ec::quarantined);
  CAF_CHECK(peers->sections.get(section_of(2)));
  advance_time(caf::timespan{limits::restart_period} + 1s);
  CAF_CHECK(start(1) == ec::none);
}

CAF_TEST_FIXTURE_SCOPE_END()
