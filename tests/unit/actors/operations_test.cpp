#define CAF_SUITE operations

#include "actors/observer.hpp"
#include "tests/unit/actors/operations_fixture.hpp"

using namespace actor_tests;

namespace {

struct section_operations : operations_fixture {
  section_operations() {
    peers->observer.set(sys.spawn(observer, peers, view));
  }

  ~section_operations() override {
    caf::anon_send_exit(peers->observer.get(), caf::exit_reason::user_shutdown);
    peers->observer.clear();
  }

  section_inspection inspect(int section) {
    auto result = asked<section_inspection>([&](auto done) {
      operations().inspect(section_of(section), std::move(done));
    });
    CAF_REQUIRE(result);
    return *result;
  }

  fallible<acted<section_view>> freeze(int section, bool is_frozen) {
    return asked<acted<section_view>>([&](auto done) {
      operations().freeze(section_of(section), is_frozen, why, std::move(done));
    });
  }

  fallible<acted<actor_view>> restart(std::string name) {
    return asked<acted<actor_view>>([&](auto done) {
      operations().restart(std::move(name), why, std::move(done));
    });
  }

  static std::string name_of(int section) {
    return "section/" + section_of(section).to_string();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(operations_of_the_gateway, section_operations)

CAF_TEST(a section is shown with its rows and its last decisions) {
  for (int i = 1; i <= 4; ++i)
    post(i, i, {1});
  pass(100ms);
  auto seen = inspect(1);
  CAF_CHECK(seen.problems.empty());
  CAF_REQUIRE(seen.rows);
  CAF_CHECK_EQUAL(seen.rows->roster.size(), seen.rows->header.enrolled);
  CAF_CHECK_EQUAL(seen.rows->waitlist.size(), seen.rows->header.waitlisted);
  CAF_REQUIRE_EQUAL(seen.decisions.size(), 4u);
  CAF_CHECK(seen.decisions[0].student == student_of(4));
  CAF_CHECK(seen.decisions[0].request == request_of(4));
  CAF_CHECK(seen.decisions[0].command == command_kind::register_student);
  CAF_CHECK(seen.decisions[3].status == seat_status::enrolled);
  CAF_REQUIRE(seen.actor);
  CAF_CHECK_EQUAL(seen.actor->name, name_of(1));
  CAF_CHECK_EQUAL(seen.partition, partition_of(section_of(1)));
}

CAF_TEST(a section that nobody asked for yet is brought to life and shown) {
  auto seen = inspect(2);
  CAF_CHECK(seen.problems.empty());
  CAF_REQUIRE(seen.rows);
  CAF_CHECK_EQUAL(seen.rows->header.enrolled, 0u);
  CAF_CHECK(seen.decisions.empty());
}

CAF_TEST(a section without a ledger is shown as far as it is known) {
  post(1, 1, {1});
  pass(100ms);
  kill(peers->ledger[0].get());
  wanted->open_ledger = true;
  pass(20ms);
  std::optional<fallible<section_inspection>> answer;
  operations().inspect(section_of(1), [&](fallible<section_inspection> x) {
    answer.emplace(std::move(x));
  });
  pass(50ms);
  CAF_REQUIRE(answer && *answer);
  CAF_CHECK(!(*answer)->rows);
  CAF_CHECK(!(*answer)->problems.empty());
  CAF_CHECK_EQUAL((*answer)->decisions.size(), 1u);
}

CAF_TEST(no section of an unknown id is shown) {
  auto result = asked<section_inspection>([&](auto done) {
    operations().inspect(section_of(999'999), std::move(done));
  });
  CAF_REQUIRE(!result);
  CAF_CHECK(result.error().code == ec::not_found);
}

CAF_TEST(a frozen section refuses newcomers and a thaw lets them in) {
  auto frozen = freeze(1, true);
  CAF_REQUIRE(frozen);
  CAF_CHECK(frozen->result.header.settings.is_frozen);
  post(1, 1, {1});
  post(2, 2, {2});
  pass(100ms);
  CAF_CHECK(status(1) == seat_status::rejected);
  CAF_CHECK(status(2) == seat_status::enrolled);
  auto seen = inspect(1);
  CAF_REQUIRE(!seen.decisions.empty());
  CAF_CHECK(seen.decisions[0].refused == refusal_reason::section_frozen);
  auto thawed = freeze(1, false);
  CAF_REQUIRE(thawed);
  CAF_CHECK(!thawed->result.header.settings.is_frozen);
  post(3, 3, {1});
  pass(100ms);
  CAF_CHECK(status(3) == seat_status::enrolled);
}

CAF_TEST(nothing is done to a section that nobody knows) {
  auto result = freeze(999'999, true);
  CAF_REQUIRE(!result);
  CAF_CHECK(result.error().code == ec::not_found);
}

CAF_TEST(a seat that was freed in the frost goes to who waits at the thaw) {
  auto seats
    = static_cast<int>(view->find(section_of(1))->header.settings.total_seats);
  for (int i = 1; i <= seats + 1; ++i)
    post(i, i, {1});
  pass(100ms);
  CAF_REQUIRE(status(seats + 1) == seat_status::waitlisted);
  CAF_REQUIRE(freeze(1, true));
  drop(seats + 2, 1, 1);
  pass(100ms);
  auto rows = in_ledger(1);
  CAF_CHECK_EQUAL(rows.waitlist.size(), 1u);
  CAF_REQUIRE(freeze(1, false));
  CAF_CHECK(in_ledger(1).waitlist.empty());
}

CAF_TEST(a section that is restarted by an operator runs again at once) {
  post(1, 1, {1});
  pass(100ms);
  auto before = peers->sections.get(section_of(1));
  auto ended = restart(name_of(1));
  CAF_REQUIRE(ended);
  CAF_CHECK_EQUAL(ended->result.name, name_of(1));
  auto now_running = peers->sections.get(section_of(1));
  CAF_REQUIRE(now_running);
  CAF_CHECK(now_running != before);
  auto past = peers->actors->find(name_of(1));
  CAF_REQUIRE(past);
  CAF_CHECK_EQUAL(past->restarts, 1u);
  CAF_CHECK(past->cause.find("jane: a complaint") != std::string::npos);
}

CAF_TEST(an operator may restart a section as often as need be) {
  post(1, 1, {1});
  pass(100ms);
  for (std::size_t i = 0; i < 3 * limits::restarts_max; ++i)
    CAF_REQUIRE(restart(name_of(1)));
  post(2, 2, {1});
  pass(100ms);
  CAF_CHECK(status(2) == seat_status::enrolled);
}

CAF_TEST(an operator may restart a worker as often as need be) {
  for (std::size_t i = 0; i < 3 * limits::restarts_max; ++i)
    CAF_REQUIRE(restart("waitlist/0"));
  CAF_CHECK(peers->waitlist[0].get());
  auto past = peers->actors->find("waitlist/0");
  CAF_REQUIRE(past);
  CAF_CHECK_EQUAL(past->restarts, 3 * limits::restarts_max);
}

CAF_TEST(an order that came too late does not excuse who follows) {
  post(1, 1, {1});
  pass(100ms);
  auto actor = peers->sections.get(section_of(1));
  auto id = actor.id();
  kill(actor);
  peers->actors->order(name_of(1), id, "an operator restarted it");
  post(2, 2, {1});
  pass(100ms);
  kill(peers->sections.get(section_of(1)));
  auto past = peers->actors->find(name_of(1));
  CAF_REQUIRE(past);
  CAF_CHECK_EQUAL(past->restarts, 2u);
  CAF_CHECK(past->cause.find("operator") == std::string::npos);
}

CAF_TEST(nothing is restarted under a name that nobody has) {
  for (auto name : {"waitlist/7", "section/none", "root", ""}) {
    auto result = restart(name);
    CAF_REQUIRE(!result);
    CAF_CHECK(result.error().code == ec::not_found);
  }
}

CAF_TEST(sections are found by course and by id) {
  auto wanted_id = section_of(1).to_string();
  auto found = operations().find_sections(wanted_id.substr(0, 36), 5);
  CAF_REQUIRE_EQUAL(found.size(), 1u);
  CAF_CHECK(found[0].section.section_id == section_of(1));
  auto course = found[0].course_code;
  CAF_CHECK(!operations().find_sections(course.substr(1), 5).empty());
  found = operations().find_sections(course, 1);
  CAF_CHECK_EQUAL(found.size(), 1u);
  CAF_CHECK(operations().find_sections("no such thing", 5).empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
