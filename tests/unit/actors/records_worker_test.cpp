#define CAF_SUITE records_worker

#include "actors/records_worker.hpp"

#include "config/limits.hpp"
#include "tests/unit/actors/test_factory.hpp"

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

struct records_fixture : test_coordinator_fixture<> {
  records_fixture() {
    start();
  }

  ~records_fixture() override {
    kill();
  }

  void start() {
    uut = sys.spawn(records_worker, peers,
                    std::shared_ptr<store_factory>{factory});
    consume_messages();
  }

  void kill() {
    caf::anon_send_exit(uut, caf::exit_reason::kill);
    consume_messages();
  }

  void pass(std::chrono::milliseconds time) {
    for (; time > 0ms; time -= 100ms) {
      advance_time(100ms);
      consume_messages();
    }
  }

  std::uint64_t put(const std::string& subject) {
    operator_act act;
    act.who = "jane";
    act.action = "section frozen";
    act.subject = subject;
    act.why = "flooded";
    act.at = timestamp{++clock * 1ms};
    return peers->acts.add(std::move(act)).ticket;
  }

  /// Whether the worker says that the row is written.
  bool note(const std::string& subject) {
    self->send(uut, note_act{put(subject)});
    consume_messages();
    auto result = false;
    self->receive([&](const act_noted& x) { result = x.is_written; });
    return result;
  }

  failure ask(std::function<failure(registration_store&)> work) {
    self->send(uut, records_request{std::move(work)});
    consume_messages();
    failure result;
    self->receive([&](records_reply& x) { result = std::move(x.error); });
    return result;
  }

  actor_status status() {
    actor_status result;
    self->send(uut, get_status{});
    consume_messages();
    self->receive([&](actor_status& x) { result = std::move(x); });
    return result;
  }

  std::vector<std::string> subjects() const {
    std::vector<std::string> result;
    for (const auto& x : factory->sql->audit)
      result.push_back(x.subject);
    return result;
  }

  using names = std::vector<std::string>;

  int clock = 0;
  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1);
  std::shared_ptr<test_factory> factory = std::make_shared<test_factory>();
  records_worker_actor uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_records_worker, records_fixture)

CAF_TEST(opens no connection before somebody asks) {
  pass(1s);
  CAF_CHECK_EQUAL(factory->wanted->sql_openings, 0u);
  CAF_CHECK(note("a"));
  CAF_CHECK(note("b"));
  CAF_CHECK_EQUAL(factory->wanted->sql_openings, 1u);
}

CAF_TEST(closes it when nobody asks any more and opens it again) {
  CAF_CHECK(note("a"));
  pass(limits::records_idle_time / 2);
  CAF_CHECK(ask([](registration_store&) { return failure{}; }) == failure{});
  pass(limits::records_idle_time / 2 + 1s);
  // Used since: not yet.
  CAF_CHECK(ask([](registration_store&) { return failure{}; }) == failure{});
  CAF_CHECK_EQUAL(factory->wanted->sql_openings, 1u);
  pass(limits::records_idle_time + 1s);
  CAF_CHECK(note("b"));
  CAF_CHECK_EQUAL(factory->wanted->sql_openings, 2u);
}

CAF_TEST(writes an act with who why and when before it says so) {
  CAF_CHECK(note("a"));
  CAF_REQUIRE_EQUAL(factory->sql->audit.size(), 1u);
  const auto& row = factory->sql->audit[0];
  CAF_CHECK_EQUAL(row.actor, "jane");
  CAF_CHECK_EQUAL(row.action, "section frozen");
  CAF_CHECK_EQUAL(row.reason, "flooded");
  CAF_CHECK(row.at == timestamp{1ms});
  CAF_CHECK_EQUAL(peers->acts.size(), 0u);
}

CAF_TEST(keeps what SQL does not take and writes it in order when it does) {
  factory->wanted->open_sql = true;
  CAF_CHECK(!note("a"));
  CAF_CHECK(!note("b"));
  CAF_CHECK(status().state == "degraded");
  pass(20s);
  CAF_CHECK(subjects().empty());
  CAF_CHECK_EQUAL(peers->acts.size(), 2u);
  factory->wanted->open_sql = false;
  pass(6s);
  CAF_CHECK(subjects() == (names{"a", "b"}));
  CAF_CHECK(status().state == "running");
}

CAF_TEST(tries a SQL that is down again with growing pauses) {
  factory->wanted->open_sql = true;
  CAF_CHECK(!note("a"));
  pass(60s);
  auto tries = factory->wanted->sql_openings;
  CAF_CHECK(tries > 8u);
  CAF_CHECK(tries < 40u);
}

CAF_TEST(answers at once while SQL is known to be down) {
  factory->wanted->open_sql = true;
  CAF_CHECK(!note("a"));
  auto tries = factory->wanted->sql_openings;
  auto answer = ask([](registration_store&) { return failure{}; });
  CAF_CHECK(answer.code == ec::dependency_unavailable);
  CAF_CHECK_EQUAL(factory->wanted->sql_openings, tries);
}

CAF_TEST(writes an act that a transaction failed again) {
  factory->wanted->audit_error = ec::store_write_failed;
  CAF_CHECK(!note("a"));
  factory->wanted->audit_error = ec::none;
  pass(1s);
  CAF_CHECK(subjects() == (names{"a"}));
}

CAF_TEST(leaves to the log what SQL refuses for good and goes on) {
  factory->wanted->audit_error = ec::invalid_value;
  CAF_CHECK(!note("a"));
  CAF_CHECK_EQUAL(peers->acts.size(), 0u);
  factory->wanted->audit_error = ec::none;
  CAF_CHECK(note("b"));
  CAF_CHECK(subjects() == (names{"b"}));
}

CAF_TEST(loses no act by its end) {
  factory->wanted->open_sql = true;
  CAF_CHECK(!note("a"));
  kill();
  put("b");
  factory->wanted->open_sql = false;
  start();
  pass(1s);
  CAF_CHECK(subjects() == (names{"a", "b"}));
}

CAF_TEST(hands on what a question found wrong and stays well) {
  auto answer = ask([](registration_store&) {
    return failure{ec::not_found, "There is none."};
  });
  CAF_CHECK(answer.code == ec::not_found);
  CAF_CHECK(status().state == "running");
  answer = ask([](registration_store&) {
    return failure{ec::dependency_unavailable, "The connection broke."};
  });
  CAF_CHECK(answer.code == ec::dependency_unavailable);
  CAF_CHECK(status().state == "degraded");
}

CAF_TEST_FIXTURE_SCOPE_END()
