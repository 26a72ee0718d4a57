#define CAF_SUITE observer

#include "actors/observer.hpp"

#include "tests/unit/actors/server.hpp"

using namespace actor_tests;

namespace {

struct observer_fixture : server {
  observer_fixture() {
    start();
    uut = sys.spawn(observer, peers, view);
    settle();
  }

  ~observer_fixture() override {
    caf::anon_send_exit(uut, caf::exit_reason::user_shutdown);
    uut = nullptr;
  }

  actor_list look(list_actors query = {}) {
    actor_list result;
    self->send(uut, get_actors{std::move(query)});
    consume_messages();
    self->receive([&](actor_list& x) { result = std::move(x); });
    return result;
  }

  static const actor_view* find(const actor_list& list,
                                const std::string& name) {
    for (const auto& x : list.actors)
      if (x.name == name)
        return &x;
    return nullptr;
  }

  static std::string name_of(int section) {
    return "section/" + section_of(section).to_string();
  }

  static std::uint64_t count_of(const actor_list& list,
                                const std::string& state) {
    for (const auto& [name, count] : list.by_state)
      if (name == state)
        return count;
    return 0;
  }

  observer_actor uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_observer, observer_fixture)

CAF_TEST(sees every actor of the tree and every section that runs) {
  post(1, 1, {1, 2});
  pass(100ms);
  auto list = look();
  for (auto name : {"catalogue", "journal-reader", "database-sync/0",
                    "waitlist/0", "ledger-worker/0", "registration-broker"}) {
    CAF_MESSAGE(name);
    CAF_REQUIRE(find(list, name) != nullptr);
    CAF_CHECK_EQUAL(find(list, name)->parent, "test");
    CAF_CHECK_EQUAL(find(list, name)->state, "running");
  }
  CAF_REQUIRE(find(list, name_of(1)) != nullptr);
  CAF_CHECK_EQUAL(find(list, name_of(1))->parent, "section-supervisor");
  CAF_CHECK(find(list, name_of(1))->kind == actor_kind::section);
  CAF_CHECK(find(list, name_of(1))->messages > 0);
  CAF_CHECK_EQUAL(list.total, list.matching);
}

CAF_TEST(shows rates from the second look on) {
  CAF_CHECK(!look().interval);
  post(1, 1, {1});
  pass(1s);
  auto list = look();
  CAF_REQUIRE(list.interval);
  CAF_CHECK(*list.interval >= 1000ms);
  const auto* broker = find(list, "registration-broker");
  CAF_REQUIRE(broker != nullptr);
  CAF_CHECK(broker->messages_per_second > 0.0);
}

CAF_TEST(looks once for all who ask within a moment) {
  look();
  auto first = figure_of(uut, "looks");
  look();
  CAF_CHECK_EQUAL(figure_of(uut, "looks"), first);
  pass(1s);
  look();
  CAF_CHECK_EQUAL(figure_of(uut, "looks"), first + 1);
}

CAF_TEST(stops looking when nobody asks any more) {
  look();
  pass(6s);
  CAF_CHECK_EQUAL(figure_of(uut, "looks"), 0);
  CAF_CHECK_EQUAL(figure_of(uut, "seen"), 0);
  pass(1s);
  CAF_CHECK(!look().interval);
}

CAF_TEST(shows what workers say of themselves) {
  look();
  pass(1s);
  auto list = look();
  const auto* ledger = find(list, "ledger-worker/0");
  CAF_REQUIRE(ledger != nullptr);
  CAF_CHECK(!ledger->figures.empty());
}

CAF_TEST(shows a dead section as ended with its cause and then as restarted) {
  post(1, 1, {1});
  pass(100ms);
  kill(peers->sections.get(section_of(1)));
  auto list = look();
  const auto* dead = find(list, name_of(1));
  CAF_REQUIRE(dead != nullptr);
  CAF_CHECK_EQUAL(dead->state, "ended");
  CAF_CHECK_EQUAL(dead->restarts, 1u);
  CAF_CHECK(dead->cause.find("kill") != std::string::npos);
  CAF_CHECK(dead->restarted_at > timestamp{});
  CAF_CHECK_EQUAL(count_of(list, "ended"), 1u);
  post(2, 2, {1});
  pass(1s);
  list = look();
  CAF_REQUIRE(find(list, name_of(1)) != nullptr);
  CAF_CHECK_EQUAL(find(list, name_of(1))->state, "running");
  CAF_CHECK_EQUAL(find(list, name_of(1))->restarts, 1u);
}

CAF_TEST(shows a dead worker as restarting and then its restart) {
  kill(peers->waitlist[0].get());
  auto list = look();
  CAF_REQUIRE(find(list, "waitlist/0") != nullptr);
  CAF_CHECK_EQUAL(find(list, "waitlist/0")->state, "restarting");
  pass(1s);
  list = look();
  CAF_CHECK_EQUAL(find(list, "waitlist/0")->state, "running");
  CAF_CHECK_EQUAL(find(list, "waitlist/0")->restarts, 1u);
}

CAF_TEST(shows a section that is set aside) {
  for (std::size_t i = 0; i <= limits::restarts_max; ++i) {
    post(static_cast<int>(i) + 1, 1, {1});
    pass(50ms);
    if (auto actor = peers->sections.get(section_of(1)))
      kill(actor);
  }
  auto list = look();
  CAF_REQUIRE(find(list, name_of(1)) != nullptr);
  CAF_CHECK_EQUAL(find(list, name_of(1))->state, "quarantined");
}

CAF_TEST(lists what is wanted in the order that is wanted) {
  post(1, 1, {1, 2});
  pass(100ms);
  post(2, 2, {1});
  pass(100ms);
  list_actors query;
  query.sections_only = true;
  auto list = look(query);
  CAF_CHECK_EQUAL(list.matching, 2u);
  CAF_REQUIRE_EQUAL(list.actors.size(), 2u);
  CAF_CHECK_EQUAL(list.actors[0].name, name_of(1));
  query.is_descending = false;
  CAF_CHECK(look(query).actors[0].name == name_of(2));
  query.limit = 1;
  list = look(query);
  CAF_CHECK_EQUAL(list.actors.size(), 1u);
  CAF_CHECK_EQUAL(list.matching, 2u);
  query = {};
  query.system_only = true;
  list = look(query);
  for (const auto& x : list.actors)
    CAF_CHECK(x.kind != actor_kind::section);
  query = {};
  query.filter = "LEDGER-work";
  CAF_CHECK(look(query).matching == 1u);
  query.filter = section_of(2).to_string().substr(0, 36);
  CAF_CHECK(look(query).matching == 1u);
  query = {};
  query.order = actor_order::name;
  query.is_descending = false;
  list = look(query);
  auto is_sorted = std::is_sorted(list.actors.begin(), list.actors.end(),
                                  [](const auto& a, const auto& b) {
                                    return a.label + a.name < b.label + b.name;
                                  });
  CAF_CHECK(is_sorted);
}

CAF_TEST_FIXTURE_SCOPE_END()
