#define CAF_SUITE event_feed

#include "actors/event_feed.hpp"

#include "actors/gateway.hpp"
#include "tests/unit/actors/server.hpp"

#include <optional>

using namespace actor_tests;

namespace {

struct recorder : watcher {
  void changed(const shared_state& state) override {
    told.push_back(state->data);
  }

  void ended() override {
    ++ends;
  }

  /// How many of those that were told hold this.
  std::size_t count(const std::string& text) const {
    return static_cast<std::size_t>(
      std::count_if(told.begin(), told.end(), [&](const std::string& x) {
        return x.find(text) != std::string::npos;
      }));
  }

  bool ends_with(const std::string& text) const {
    return !told.empty() && told.back().find(text) != std::string::npos;
  }

  std::vector<std::string> told;
  int ends = 0;
};

using states = std::vector<shared_state>;

struct feed_fixture : server {
  feed_fixture() {
    start();
    peers->event_feed.set(sys.spawn(event_feed, 2000ms, peers, view));
    uut = std::make_unique<gateway>(sys, settings{}, peers, view);
  }

  ~feed_fixture() override {
    uut.reset();
    caf::anon_send_exit(peers->event_feed.get(),
                        caf::exit_reason::user_shutdown);
    peers->event_feed.clear();
  }

  /// What `who` is answered.
  fallible<states> watch(watch_request what) {
    std::optional<fallible<states>> answer;
    what.who = who;
    uut->watch(std::move(what),
               [&](fallible<states> x) { answer.emplace(std::move(x)); });
    pass(50ms);
    CAF_REQUIRE(answer.has_value());
    return *answer;
  }

  fallible<states> watch_sections(std::vector<int> numbers) {
    watch_request what;
    for (auto i : numbers)
      what.sections.push_back(section_of(i));
    return watch(std::move(what));
  }

  fallible<states> watch_student(int number) {
    watch_request what;
    what.student = student_of(number);
    return watch(std::move(what));
  }

  void ask(int student, int section, route which = route::register_sections) {
    auto x = request_for(++requests, student, {section});
    x.route = which;
    uut->submit(std::move(x), [](const registration_reply&) {});
    pass(10ms);
  }

  void drop(int student, int section) {
    ask(student, section, route::drop_sections);
  }

  std::int64_t figure(const std::string& name) {
    std::int64_t result = -1;
    uut->status(true, [&](const service_status& all) {
      for (const auto& actor : all.actors)
        for (const auto& [known, value] : actor.figures)
          if (actor.name == "event-feed" && known == name)
            result = value;
    });
    pass(50ms);
    return result;
  }

  std::unique_ptr<gateway> uut;
  std::shared_ptr<recorder> who = std::make_shared<recorder>();
  int requests = 0;
};

const std::string waits_first = "\"waitlist_position\":1";
const std::string waits_second = "\"waitlist_position\":2";

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_event_feed, feed_fixture)

CAF_TEST(answers with what is and tells what changes) {
  auto found = watch_sections({1, 2});
  CAF_REQUIRE(found);
  CAF_CHECK_EQUAL(found->size(), 2u);
  CAF_CHECK((*found)[0]->section == section_of(1));
  CAF_CHECK((*found)[0]->data.find("\"enrolled\":0") != std::string::npos);
  ask(1, 1);
  pass(600ms);
  CAF_CHECK_EQUAL(who->count("\"enrolled\":1"), 1u);
  CAF_CHECK_EQUAL(who->told.size(), 1u);
  // What nobody watches is told to nobody.
  ask(1, 3);
  pass(600ms);
  CAF_CHECK_EQUAL(who->told.size(), 1u);
}

CAF_TEST(tells a burst as few states) {
  CAF_REQUIRE(watch_sections({1}));
  for (int i = 1; i <= 40; ++i)
    ask(i, 1);
  pass(600ms);
  CAF_CHECK(who->told.size() <= 6);
  CAF_CHECK(who->ends_with("\"waitlisted\":38"));
}

CAF_TEST(follows a place in the line up to the seat) {
  for (int i = 1; i <= 4; ++i)
    ask(i, 1);
  auto found = watch_student(4);
  CAF_REQUIRE(found);
  CAF_CHECK((*found)[0]->data.find(waits_second) != std::string::npos);
  drop(3, 1);
  pass(800ms);
  CAF_CHECK(who->ends_with(waits_first));
  drop(1, 1);
  pass(800ms);
  CAF_CHECK(who->ends_with("\"enrolled\""));
  // Each is told once, however often it was read.
  pass(1000ms);
  CAF_CHECK_EQUAL(who->count(waits_first), 1u);
  CAF_CHECK_EQUAL(who->count("\"enrolled\""), 1u);
}

CAF_TEST(sees what a student does elsewhere) {
  CAF_REQUIRE(watch_student(5));
  ask(5, 2);
  pass(600ms);
  CAF_CHECK(who->ends_with("\"enrolled\""));
  drop(5, 2);
  pass(600ms);
  CAF_CHECK(who->ends_with("\"registrations\":[]"));
}

CAF_TEST(does nothing while nobody watches) {
  CAF_CHECK(!peers->is_watched);
  ask(1, 1);
  pass(1000ms);
  CAF_CHECK_EQUAL(figure("reads"), 0);
  CAF_REQUIRE(watch_student(1));
  CAF_CHECK(peers->is_watched);
  CAF_CHECK(peers->watched_students.may_have(student_of(1)));
  CAF_CHECK_EQUAL(figure("students"), 1);
  who.reset();
  pass(300ms);
  CAF_CHECK(!peers->is_watched);
  CAF_CHECK(!peers->watched_students.may_have(student_of(1)));
  CAF_CHECK_EQUAL(figure("students"), 0);
  CAF_CHECK_EQUAL(figure("sections"), 0);
}

CAF_TEST(tells who watches when it dies) {
  CAF_REQUIRE(watch_student(1));
  CAF_REQUIRE(watch_sections({1}));
  caf::anon_send_exit(peers->event_feed.get(), caf::exit_reason::kill);
  settle();
  CAF_CHECK_EQUAL(who->ends, 2);
  CAF_CHECK(!peers->is_watched);
  CAF_CHECK(!peers->watched_students.may_have(student_of(1)));
}

CAF_TEST(refuses ids that name nothing) {
  auto student = watch_student(99);
  CAF_REQUIRE(!student);
  CAF_CHECK(student.error().code == ec::not_found);
  auto section = watch_sections({1, 99});
  CAF_REQUIRE(!section);
  CAF_CHECK(section.error().code == ec::not_found);
}

CAF_TEST(is unavailable while the ledger is and heals) {
  auto ledger = peers->ledger[0].get();
  CAF_REQUIRE(watch_student(1));
  peers->ledger[0].clear();
  auto refused = watch_student(2);
  CAF_REQUIRE(!refused);
  CAF_CHECK(refused.error().code == ec::dependency_unavailable);
  pass(3000ms);
  peers->ledger[0].set(ledger);
  ask(1, 1);
  pass(2000ms);
  CAF_CHECK_EQUAL(who->count("\"enrolled\""), 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
