#define CAF_SUITE gateway

#include "actors/gateway.hpp"
#include "tests/unit/actors/server.hpp"

#include <optional>

using namespace actor_tests;

namespace {

/// Takes one answer, and notices a second.
template <class T>
struct answer {
  std::function<void(T)> taker() {
    return [this](T x) {
      ++count;
      value.emplace(std::move(x));
    };
  }

  std::optional<T> value;
  int count = 0;
};

struct gateway_fixture : server {
  gateway_fixture() {
    start();
    open();
  }

  ~gateway_fixture() override {
    uut.reset();
  }

  void open() {
    uut = std::make_unique<gateway>(sys, settings{}, peers, view);
  }

  registration_reply submit(int number, int student, std::vector<int> sections,
                            route which = route::register_sections) {
    answer<registration_reply> got;
    auto x = request_for(number, student, std::move(sections));
    x.route = which;
    uut->submit(std::move(x), got.taker());
    pass(50ms);
    CAF_REQUIRE_EQUAL(got.count, 1);
    return *got.value;
  }

  /// What a call with one argument is answered.
  template <class T, class Call>
  fallible<T> asked(Call call) {
    answer<fallible<T>> got;
    call(got.taker());
    pass(50ms);
    CAF_REQUIRE_EQUAL(got.count, 1);
    return *got.value;
  }

  fallible<section_view> section(int number) {
    return asked<section_view>(
      [&](auto done) { uut->section(section_of(number), std::move(done)); });
  }

  fallible<std::vector<registration_view>> registrations(int student) {
    return asked<std::vector<registration_view>>([&](auto done) {
      uut->registrations(student_of(student), std::move(done));
    });
  }

  fallible<section_view> change(change_section x) {
    return asked<section_view>(
      [&](auto done) { uut->change(std::move(x), std::move(done)); });
  }

  service_status status_of_all(bool verbose) {
    answer<service_status> got;
    uut->status(verbose, got.taker());
    pass(50ms);
    CAF_REQUIRE_EQUAL(got.count, 1);
    return *got.value;
  }

  std::unique_ptr<gateway> uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_gateway, gateway_fixture)

CAF_TEST(answers a registration and a drop once each) {
  auto joined = submit(1, 1, {1});
  CAF_CHECK(joined.results.at(0).outcome.status == seat_status::enrolled);
  auto left = submit(2, 1, {1}, route::drop_sections);
  CAF_CHECK(left.results.at(0).outcome.status == seat_status::dropped);
}

CAF_TEST(answers at once while the broker is being restarted) {
  peers->broker.clear();
  answer<registration_reply> got;
  uut->submit(request_for(1, 1, {1}), got.taker());
  CAF_REQUIRE_EQUAL(got.count, 1);
  CAF_CHECK(got.value->error.code == ec::dependency_unavailable);
}

CAF_TEST(is in doubt about a request whose broker died) {
  answer<registration_reply> got;
  uut->submit(request_for(1, 1, {1}), got.taker());
  step();
  kill(peers->broker.get());
  pass(100ms);
  // What would be answered at the deadline, which is not simulated.
  uut.reset();
  CAF_REQUIRE_EQUAL(got.count, 1);
  CAF_CHECK(got.value->error.code == ec::in_doubt);
  open();
  // The restarted broker knows nothing of it, the ledger does.
  auto retry = submit(1, 1, {1});
  CAF_CHECK(retry.results.at(0).outcome.status == seat_status::enrolled);
  CAF_CHECK_EQUAL(effects_of(1), 1u);
}

CAF_TEST(shows where a student is and what was taken back) {
  for (int i = 1; i <= 3; ++i)
    submit(i, i, {1});
  factory->sql->failed.emplace(
    student_of(3),
    failed_registration{
      {numbered(6, 9)}, section_of(2), "no such row", now_utc()});
  auto rows = registrations(3);
  CAF_REQUIRE(rows);
  CAF_REQUIRE_EQUAL(rows->size(), 2u);
  const auto& waiting = (*rows)[0];
  CAF_CHECK_EQUAL(waiting.status, "waitlisted");
  CAF_CHECK_EQUAL(waiting.waitlist_position, 1u);
  CAF_CHECK_EQUAL(waiting.course_code, "MATH 1");
  CAF_CHECK_EQUAL(waiting.section_number, "A01");
  CAF_CHECK_EQUAL((*rows)[1].status, "failed");
  CAF_CHECK_EQUAL((*rows)[1].section_number, "A02");
}

CAF_TEST(shows where a student is while SQL is down) {
  submit(1, 1, {1});
  wanted->open_sql = true;
  kill(peers->sync[0].get());
  auto rows = registrations(1);
  CAF_REQUIRE(rows);
  CAF_CHECK_EQUAL(rows->size(), 1u);
}

CAF_TEST(starts a section to show its header) {
  submit(1, 1, {1});
  kill(peers->sections.get(section_of(1)));
  auto shown = section(1);
  CAF_REQUIRE(shown);
  CAF_CHECK_EQUAL(shown->header.enrolled, 1u);
  CAF_CHECK_EQUAL(shown->course_code, "MATH 1");
}

CAF_TEST(tells what is not there from what cannot be known) {
  CAF_CHECK(section(33).error().code == ec::not_found);
  CAF_CHECK(registrations(99).error().code == ec::not_found);
  view = std::make_shared<catalogue_view>();
  open();
  CAF_CHECK(section(33).error().code == ec::dependency_unavailable);
  CAF_CHECK(registrations(99).error().code == ec::dependency_unavailable);
}

CAF_TEST(does not put a read in doubt) {
  submit(1, 1, {1});
  kill(peers->ledger[0].get());
  peers->ledger[0].clear();
  answer<fallible<section_rows>> got;
  uut->rows(section_of(1), got.taker());
  pass(10ms);
  CAF_REQUIRE_EQUAL(got.count, 1);
  CAF_CHECK(got.value->error().code == ec::dependency_unavailable);
}

CAF_TEST(shows a section that was set aside as such) {
  submit(1, 1, {1, 2});
  for (std::size_t i = 0; i <= limits::restarts_max; ++i) {
    kill(peers->sections.get(section_of(1)));
    static_cast<void>(section(1));
  }
  CAF_CHECK(section(1).error().code == ec::quarantined);
  CAF_CHECK(section(2));
  auto refused = submit(2, 2, {1, 2});
  CAF_CHECK(refused.results.at(0).error.code == ec::quarantined);
  CAF_CHECK(refused.results.at(1).outcome.status == seat_status::enrolled);
}

CAF_TEST(changes a section of the version that was seen) {
  for (int i = 1; i <= 3; ++i)
    submit(i, i, {1});
  change_section x;
  x.section_id = section_of(1);
  x.total_seats = 3;
  x.if_version = 1;
  auto changed = change(x);
  CAF_REQUIRE(changed);
  CAF_CHECK_EQUAL(changed->header.settings.total_seats, 3u);
  // Who waited has the seat.
  CAF_CHECK_EQUAL(changed->header.enrolled, 3u);
  CAF_CHECK(view->find(section_of(1))->header == changed->header);
  CAF_CHECK(change(x).error().code == ec::version_mismatch);
}

CAF_TEST(shows in its lists what SQL took and nothing else) {
  registrar::section row = small_catalogue().sections[0];
  row.section_id = section_of(20);
  row.section_number = "B20";
  auto created = asked<section_view>(
    [&](auto done) { uut->create(row, std::move(done)); });
  CAF_REQUIRE(created);
  CAF_CHECK(view->find(section_of(20)));
  course refused;
  refused.course_id = {numbered(4, 2)};
  auto conflict
    = asked<course>([&](auto done) { uut->create(refused, std::move(done)); });
  CAF_CHECK(conflict.error().code == ec::conflict);
  CAF_CHECK(!view->find(refused.course_id));
}

CAF_TEST(is ready when all it needs answers) {
  auto status = status_of_all(false);
  CAF_CHECK(status.is_ready);
  CAF_CHECK_EQUAL(status.dependencies.size(), 4u);
  CAF_CHECK(status.actors.empty());
}

CAF_TEST(says which dependency is not ready and why) {
  wanted->open_sql = true;
  kill(peers->sync[0].get());
  pass(100ms);
  auto status = status_of_all(false);
  CAF_CHECK(!status.is_ready);
  for (const auto& x : status.dependencies) {
    CAF_CHECK_EQUAL(x.is_ready, x.name != "sql");
    if (x.name == "sql")
      CAF_CHECK_EQUAL(x.detail, "SQL cannot be reached.");
  }
}

CAF_TEST(is not ready while nobody can read the journal) {
  wanted->journal = true;
  self->send(peers->journal_reader.get(), fill_gap{});
  pass(300ms);
  auto status = status_of_all(false);
  CAF_CHECK(!status.is_ready);
  for (const auto& x : status.dependencies)
    CAF_CHECK_EQUAL(x.is_ready, x.name != "journal");
  wanted->journal = false;
  pass(5s);
  CAF_CHECK(status_of_all(false).is_ready);
}

CAF_TEST(describes every actor by name when asked to) {
  std::vector<std::string> names;
  for (const auto& x : status_of_all(true).actors)
    names.push_back(x.name);
  std::sort(names.begin(), names.end());
  CAF_CHECK((names
             == std::vector<std::string>{
               "catalogue", "database-sync/0", "event-feed", "journal-reader",
               "ledger-worker/0", "records-worker", "registration-broker",
               "section-supervisor", "waitlist/0"}));
}

CAF_TEST(shows how often each part was restarted) {
  auto worker_of = [](const service_status& status) {
    auto found
      = std::find_if(status.actors.begin(), status.actors.end(),
                     [](const auto& x) { return x.name == "database-sync/0"; });
    CAF_REQUIRE(found != status.actors.end());
    return *found;
  };
  CAF_CHECK_EQUAL(worker_of(status_of_all(true)).restarts, 0u);
  kill(peers->sync[0].get());
  answer<service_status> meanwhile;
  uut->status(true, meanwhile.taker());
  settle();
  CAF_REQUIRE_EQUAL(meanwhile.count, 1);
  CAF_CHECK_EQUAL(worker_of(*meanwhile.value).state, "restarting");
  pass(100ms);
  CAF_CHECK_EQUAL(worker_of(status_of_all(true)).restarts, 1u);
}

CAF_TEST(is not ready while SQL is so far behind that registrations wait) {
  peers->takes_registrations = false;
  auto status = status_of_all(false);
  CAF_CHECK(!status.is_ready);
  CAF_CHECK_EQUAL(status.dependencies.size(), 4u);
  peers->takes_registrations = true;
  CAF_CHECK(status_of_all(false).is_ready);
}

CAF_TEST(names an actor that does not describe itself) {
  auto dead = peers->journal_reader.get();
  kill(dead);
  // Not yet out of the directory.
  peers->journal_reader.set(dead);
  auto found = false;
  auto status = status_of_all(true);
  for (const auto& x : status.actors)
    found = found || (x.name == "journal-reader" && x.state == "unreachable");
  CAF_CHECK(found);
}

CAF_TEST_FIXTURE_SCOPE_END()
