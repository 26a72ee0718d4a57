#define CAF_SUITE catalogue

#include "actors/catalogue.hpp"
#include "tests/unit/actors/server.hpp"

using namespace actor_tests;

namespace {

/// Keeps what the ledger worker is told of students' standing.
ledger_worker_actor::behavior_type
standing_listener(ledger_worker_actor::pointer,
                  std::shared_ptr<std::vector<standing_changed>> log) {
  return {
    [](get_status) { return actor_status{}; },
    [](decide_batch&) {},
    [](begin_key&) { return key_begun{}; },
    [](complete_key&) { return key_completed{}; },
    [](get_rows&) { return rows_reply{}; },
    [](get_live_registrations&) { return live_registrations{}; },
    [=](standing_changed& x) { log->push_back(std::move(x)); },
    [](entries_committed&) {},
    [](get_lag) { return ledger_lag{}; },
    [](const get_cursor&) { return cursor_reply{}; },
    [](ping) { return failure{}; },
    [](flush) {},
    [](tick) {},
    [](own_partitions) {},
  };
}

struct catalogue_fixture : test_coordinator_fixture<> {
  catalogue_fixture() {
    peers->ledger[0].set(sys.spawn(standing_listener, told));
  }

  ~catalogue_fixture() override {
    kill();
  }

  void start() {
    uut = sys.spawn(catalogue_behavior, peers,
                    std::shared_ptr<store_factory>{factory}, view);
    consume_messages();
  }

  void kill() {
    caf::anon_send_exit(uut, caf::exit_reason::kill);
    consume_messages();
  }

  void pass(std::chrono::milliseconds time) {
    for (; time > 0ms; time -= 10ms) {
      advance_time(10ms);
      consume_messages();
    }
  }

  failure change(std::function<failure(catalogue_store&)> what,
                 student_id whose = {}) {
    failure result;
    self->send(uut, catalogue_request{std::move(what), whose});
    consume_messages();
    self->receive([&](catalogue_reply& x) { result = std::move(x.error); });
    return result;
  }

  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1);
  std::shared_ptr<catalogue_view> view = std::make_shared<catalogue_view>();
  std::shared_ptr<test_factory> factory = std::make_shared<test_factory>();
  std::shared_ptr<std::vector<standing_changed>> told
    = std::make_shared<std::vector<standing_changed>>();
  catalogue_actor uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_catalogue, catalogue_fixture)

CAF_TEST(loads the view at its start and tells the ledger who is inactive) {
  start();
  CAF_CHECK(view->is_loaded());
  CAF_REQUIRE_EQUAL(told->size(), 1u);
  CAF_REQUIRE_EQUAL(told->at(0).is_active.size(), 1u);
  CAF_CHECK(told->at(0).is_active[0].first == student_of(50));
}

CAF_TEST(loads the view by itself once SQL is there) {
  factory->wanted->sql = true;
  start();
  pass(2s);
  CAF_CHECK(!view->is_loaded());
  CAF_CHECK(view->find(student_of(1)).error().code
            == ec::dependency_unavailable);
  factory->wanted->sql = false;
  pass(300ms);
  CAF_CHECK(view->is_loaded());
}

CAF_TEST(changes SQL and then tells the ledger whose standing changed) {
  start();
  told->clear();
  auto error = change(
    [this](catalogue_store& store) {
      change_student x;
      x.student_id = student_of(3);
      x.enrollment_status = enrollment_status::suspended;
      auto row = store.change(x, now_utc());
      view->put(*row);
      return failure{};
    },
    student_of(3));
  CAF_CHECK(error.code == ec::none);
  CAF_REQUIRE_EQUAL(told->size(), 1u);
  CAF_CHECK(told->at(0).is_active[0] == std::pair(student_of(3), false));
}

CAF_TEST(hands back why SQL refused and tells nobody) {
  start();
  told->clear();
  auto error = change(
    [](catalogue_store& store) {
      return store.insert(course{}, now_utc()).error();
    },
    student_of(3));
  CAF_CHECK(error.code == ec::conflict);
  CAF_CHECK(told->empty());
}

CAF_TEST(reads SQL again after a restart) {
  start();
  told->clear();
  // A change reached SQL, and its actor died before the view had it.
  auto row = small_catalogue().students[49];
  row.enrollment_status = enrollment_status::active;
  view->put(row);
  kill();
  start();
  CAF_CHECK(view->standing_of(student_of(50))
            == catalogue_view::standing::inactive);
  CAF_CHECK_EQUAL(told->size(), 1u);
}

CAF_TEST(tells the ledger after a restart who is active too) {
  start();
  told->clear();
  // Somebody became active; who was to tell the ledger died before.
  kill();
  start();
  CAF_REQUIRE_EQUAL(told->size(), 1u);
  const auto& all = told->at(0).is_active;
  auto is_told = [&](int student, bool is_active) {
    return std::count(all.begin(), all.end(),
                      std::pair(student_of(student), is_active))
           == 1;
  };
  CAF_CHECK(is_told(3, true));
  CAF_CHECK(is_told(50, false));
}

CAF_TEST(keeps showing what it has while SQL is down at its restart) {
  start();
  kill();
  factory->wanted->sql = true;
  start();
  CAF_CHECK(view->is_loaded());
  CAF_CHECK(view->find(student_of(1)));
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST_FIXTURE_SCOPE(the_list_of_sections, server)

CAF_TEST(shows a seat that was taken within a second) {
  start();
  post(1, 1, {1});
  pass(1s);
  auto shown = *view->find(section_of(1));
  CAF_CHECK_EQUAL(shown.header.enrolled, 1u);
}

CAF_TEST(shows what happened while the catalogue was being restarted) {
  start();
  // Often enough that the pause before the restart is long.
  for (int i = 0; i < 4; ++i) {
    caf::anon_send_exit(peers->catalogue.get(), caf::exit_reason::kill);
    pass(170ms);
  }
  auto last = peers->catalogue.get();
  caf::anon_send_exit(last, caf::exit_reason::kill);
  settle();
  CAF_REQUIRE(!peers->catalogue.get());
  post(1, 1, {1});
  pass(1500ms);
  CAF_REQUIRE(peers->catalogue.get());
  auto shown = *view->find(section_of(1));
  CAF_CHECK_EQUAL(shown.header.enrolled, 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
