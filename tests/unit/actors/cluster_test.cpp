#define CAF_SUITE cluster

#include "tests/unit/actors/cluster_fixture.hpp"

#include "config/limits.hpp"
#include "storage/rules/invariants.hpp"

#include <algorithm>

using namespace actor_tests;

namespace {

/// Until all that follows from a change is done.
constexpr auto a_while = 1500ms;

struct three_nodes : cluster_fixture {
  three_nodes() {
    for (const auto* name : {"a", "b", "c"})
      start(name);
    pass(a_while);
  }

  node& at(const std::string& name) {
    return nodes.at(name);
  }

  /// Of sections 1 to 6, one of which somebody other than `than` owns.
  int section_of_another(const node& than) const {
    for (int i = 1; i <= 6; ++i)
      if (auto owner = owner_of(partition_at(i));
          !owner.empty() && owner != than.name)
        return i;
    return 0;
  }

  seat_status status(int number) const {
    if (!is_answered(number) || reply(number).error.code != ec::none)
      return seat_status::undecided;
    return reply(number).results[0].outcome.status;
  }

  void check_owned_once() {
    for (std::uint32_t p = 0; p < partition_count; ++p)
      CAF_CHECK_EQUAL(owner_of(p).size(), 1u);
  }

  void check_section(int section) {
    auto rows = in_ledger(section);
    CAF_CHECK(broken_invariants(rows).empty());
    CAF_CHECK_EQUAL(in_sql(section).header.sequence, rows.header.sequence);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(a_cluster, three_nodes)

CAF_TEST(has one owner for each partition as the placement says) {
  check_owned_once();
  std::vector<std::string> names{"a", "b", "c"};
  auto expected = place(names);
  for (std::uint32_t p = 0; p < partition_count; ++p)
    CAF_CHECK_EQUAL(owner_of(p), expected[p]);
}

CAF_TEST(answers for every section at every node) {
  int number = 0;
  for (const auto* name : {"a", "b", "c"}) {
    ++number;
    post(at(name), number, number, {1, 2, 3, 4, 5, 6});
    pass(100ms);
    CAF_REQUIRE(is_answered(number));
    CAF_CHECK_EQUAL(reply(number).results.size(), 6u);
    // Two seats each.
    for (const auto& x : reply(number).results)
      CAF_CHECK(
        x.outcome.status
        == (number <= 2 ? seat_status::enrolled : seat_status::waitlisted));
  }
  pass(a_while);
  for (int i = 1; i <= 6; ++i)
    check_section(i);
}

CAF_TEST(decides the same request once whatever node is asked) {
  post(at("a"), 1, 1, {1});
  pass(100ms);
  auto first = reply(1).results[0].outcome;
  replies.clear();
  post(at("b"), 1, 1, {1});
  pass(100ms);
  CAF_CHECK(reply(1).results[0].outcome == first);
  CAF_CHECK_EQUAL(in_ledger(1).roster.size(), 1u);
}

CAF_TEST(sends what goes to another node in few messages) {
  auto section = section_of_another(at("a"));
  CAF_REQUIRE(section > 0);
  auto& sent = at("a").peers->meters.far_seats;
  for (int i = 1; i <= 20; ++i)
    self->send(at("a").peers->broker.get(), request_for(i, i, {section}));
  pass(100ms);
  CAF_CHECK_EQUAL(sent.sum(), 20u);
  CAF_CHECK_EQUAL(in_ledger(section).roster.size(), 2u);
  CAF_CHECK_EQUAL(in_ledger(section).waitlist.size(), 18u);
}

CAF_TEST(lets a node that joins have its partitions while requests go on) {
  int number = 0;
  auto post_one = [&] {
    ++number;
    post(at(number % 2 ? "a" : "b"), number, number, {1, 2, 3, 4, 5, 6});
  };
  post_one();
  start("d");
  for (int i = 0; i < 30; ++i) {
    post_one();
    pass(50ms);
  }
  pass(2500ms);
  check_owned_once();
  CAF_CHECK(owned_by(at("d")) > 0);
  for (int i = 1; i <= number; ++i) {
    CAF_REQUIRE(is_answered(i));
    CAF_CHECK(reply(i).error.code == ec::none);
  }
  for (int i = 1; i <= 6; ++i) {
    CAF_CHECK_EQUAL(in_ledger(i).roster.size() + in_ledger(i).waitlist.size(),
                    static_cast<std::size_t>(number));
    check_section(i);
  }
}

CAF_TEST(sends nothing to a node that joins before it is reached) {
  unreachable = "d";
  start("d");
  int number = 0;
  for (; number < 6; ++number) {
    post(at("a"), number + 1, number + 1, {1, 2, 3, 4, 5, 6});
    pass(400ms);
    CAF_REQUIRE(is_answered(number + 1));
    CAF_CHECK(reply(number + 1).error.code == ec::none);
  }
  CAF_CHECK_EQUAL(owned_by(at("d")), 0u);
  check_owned_once();
  unreachable.clear();
  pass(a_while);
  CAF_CHECK(owned_by(at("d")) > 0);
  check_owned_once();
}

CAF_TEST(loses no request when a node leaves) {
  int number = 0;
  for (; number < 10; ++number)
    post(at("a"), number + 1, number + 1, {1, 2, 3, 4, 5, 6});
  auto& c = at("c");
  stop(c);
  CAF_CHECK_EQUAL(owner_of(0).find("c"), std::string::npos);
  for (; number < 20; ++number) {
    post(at(number % 2 ? "a" : "b"), number + 1, number + 1,
         {1, 2, 3, 4, 5, 6});
    pass(20ms);
  }
  pass(2500ms);
  check_owned_once();
  for (int i = 1; i <= number; ++i) {
    CAF_REQUIRE(is_answered(i));
    CAF_CHECK(reply(i).error.code == ec::none);
  }
  for (int i = 1; i <= 6; ++i)
    check_section(i);
}

CAF_TEST(makes the partitions of a node that died writable within 10 s) {
  auto& c = at("c");
  auto section = section_owned_by(c);
  CAF_REQUIRE(section > 0);
  post(at("a"), 1, 1, {section});
  pass(100ms);
  crash(c);
  auto waited = 0ms;
  int number = 1;
  do {
    ++number;
    post(at("a"), number, 2, {section});
    pass(500ms);
    waited += 500ms;
  } while (status(number) == seat_status::undecided && waited < 20s);
  CAF_CHECK(waited <= 10s);
  CAF_CHECK(status(number) == seat_status::enrolled
            || status(number) == seat_status::already_registered);
  pass(2500ms);
  check_owned_once();
  CAF_CHECK_EQUAL(in_ledger(section).roster.size(), 2u);
  check_section(section);
}

CAF_TEST(answers or refuses by the deadline while the owner is gone) {
  auto& c = at("c");
  auto section = section_owned_by(c);
  crash(c);
  post(at("a"), 1, 1, {section});
  pass(2100ms);
  CAF_REQUIRE(is_answered(1));
  CAF_CHECK(reply(1).error.code == ec::dependency_unavailable
            || reply(1).error.code == ec::in_doubt);
}

CAF_TEST(hears nothing from an owner that lost its leases) {
  auto& c = at("c");
  auto section = section_owned_by(c);
  post(c, 1, 1, {section});
  pass(100ms);
  auto old = c.peers->owner(partition_at(section));
  // It goes on running, and cannot reach Redis.
  c.factory->is_cut_off = true;
  pass(limits::lease_ttl + 2s);
  CAF_CHECK(!c.peers->holds_lease(partition_at(section), sched.clock().now()));
  post(at("a"), 2, 2, {section});
  pass(200ms);
  CAF_CHECK(status(2) == seat_status::enrolled);
  // The section is full now, and the former owner's mirror has a free seat.
  post(c, 3, 3, {section});
  pass(2100ms);
  CAF_CHECK(status(3) == seat_status::undecided);
  // It comes back with what it believed; the fence stands against that.
  c.factory->is_cut_off = false;
  decide_batch late;
  late.section = section_of(section);
  late.owner = old;
  late.commands.push_back(seat_for(4, 4).command);
  auto opened = c.factory->open_ledger({});
  CAF_REQUIRE(bool(opened));
  auto refused = (*opened)->ledger().execute({&late, 1}, now_utc());
  CAF_CHECK(refused[0].answer.error.code == ec::fenced);
  pass(5000ms);
  check_owned_once();
  CAF_CHECK_EQUAL(in_ledger(section).roster.size(), 2u);
  check_section(section);
  // Asked again under its key, by whatever node.
  replies.erase(request_of(3));
  post(c, 3, 3, {section});
  pass(200ms);
  CAF_CHECK(status(3) == seat_status::waitlisted);
}

CAF_TEST(takes a node that is restarted under its name for the same) {
  auto& c = at("c");
  auto before = owned_by(c);
  crash(c);
  start("c");
  pass(600ms);
  CAF_CHECK_EQUAL(owned_by(at("c")), before);
  check_owned_once();
}

CAF_TEST(lets the younger of two runs under one name go on) {
  auto ended = std::make_shared<failure>();
  at("c").peers->end_service = [ended](failure why) { *ended = why; };
  auto old = std::exchange(at("c"), {});
  start("c");
  pass(a_while);
  CAF_CHECK(ended->code == ec::store_locked);
  CAF_CHECK_NOT_EQUAL(ended->detail.find("c"), std::string::npos);
  caf::anon_send_exit(old.root, caf::exit_reason::user_shutdown);
  pass(a_while);
  check_owned_once();
}

CAF_TEST(loses nothing where its member is restarted) {
  auto before = owned_by(at("a"));
  auto moves = state_at(at("b")).moves.size();
  caf::anon_send_exit(at("a").peers->member.get(), caf::exit_reason::kill);
  pass(a_while);
  CAF_CHECK_EQUAL(owned_by(at("a")), before);
  CAF_CHECK_EQUAL(state_at(at("b")).moves.size(), moves);
  check_owned_once();
}

CAF_TEST(finds the gate again that was restarted) {
  auto section = section_owned_by(at("a"));
  caf::anon_send_exit(at("a").peers->gate.get(), caf::exit_reason::kill);
  pass(a_while);
  for (const auto* name : {"b", "c"})
    for (const auto& x : state_at(at(name)).links)
      CAF_CHECK(x.is_up);
  post(at("c"), 1, 1, {section});
  pass(100ms);
  CAF_CHECK(status(1) == seat_status::enrolled);
}

CAF_TEST(works with nodes of the version before and after its own) {
  start("d", cluster_protocol + 1);
  pass(a_while);
  check_owned_once();
  CAF_CHECK(owned_by(at("d")) > 0);
  for (const auto* name : {"a", "d"})
    for (const auto& x : state_at(at(name)).links)
      CAF_CHECK(x.is_up);
  post(at("a"), 1, 1, {1, 2, 3, 4, 5, 6});
  post(at("d"), 2, 2, {1, 2, 3, 4, 5, 6});
  pass(100ms);
  CAF_CHECK(reply(1).error.code == ec::none);
  CAF_CHECK(reply(2).error.code == ec::none);
}

CAF_TEST(says why it cannot work with a node of a version further off) {
  start("d", cluster_protocol + 2);
  pass(a_while);
  auto links = state_at(at("a")).links;
  auto to_d = std::find_if(links.begin(), links.end(),
                           [](const node_link& x) { return x.node == "d"; });
  CAF_REQUIRE(to_d != links.end());
  CAF_CHECK(!to_d->is_up);
  CAF_CHECK_EQUAL(to_d->problem,
                  "It speaks version 3 to other nodes, this one 1.");
}

CAF_TEST(takes the partitions of a node that an operator drains) {
  self->send(at("a").peers->member.get(), change_drain{"b", true});
  consume_messages();
  cluster_reply told;
  self->receive([&](cluster_reply& x) { told = std::move(x); });
  CAF_CHECK(told.error.code == ec::none);
  pass(a_while);
  CAF_CHECK_EQUAL(owned_by(at("b")), 0u);
  check_owned_once();
  // It serves on.
  post(at("b"), 1, 1, {1, 2, 3, 4, 5, 6});
  pass(100ms);
  CAF_CHECK(reply(1).error.code == ec::none);
  self->send(at("b").peers->member.get(), change_drain{});
  consume_messages();
  self->receive([&](cluster_reply& x) { told = std::move(x); });
  CAF_CHECK(told.error.code == ec::none);
  pass(a_while);
  CAF_CHECK(owned_by(at("b")) > 0);
  check_owned_once();
}

CAF_TEST_FIXTURE_SCOPE_END()
