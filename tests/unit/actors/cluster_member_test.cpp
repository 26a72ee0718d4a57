#define CAF_SUITE cluster_member

#include "actors/cluster_member.hpp"

#include "tests/unit/actors/cluster_fixture.hpp"

using namespace actor_tests;

namespace {

using senders = std::vector<caf::strong_actor_ptr>;

/// The gate of another node, which notes who speaks to it.
cluster_gate_actor::behavior_type
watched_gate(cluster_gate_actor::pointer self,
             const std::shared_ptr<senders>& heard_from) {
  auto note
    = [self, heard_from] { heard_from->push_back(self->current_sender()); };
  return {
    [](get_status) { return actor_status{}; },
    [](const node_hello&) { return node_welcome{}; },
    [](seats_asked&) {},
    [](const get_section_header&) { return header_reply{}; },
    [note](headers_changed&) { note(); },
    [note](partitions_moved&) { note(); },
    [](seats_decided&) {},
    [](flush) {},
  };
}

/// A node whose only neighbour is a gate of the test's.
struct two_nodes : test_coordinator_fixture<> {
  explicit two_nodes(bool is_found = true) {
    peers->become_node();
    other.name = "b";
    other.run = "run-b";
    other.cluster = "b";
    beat_of_other();
    node_card mine;
    mine.name = "a";
    mine.run = "run-a";
    member = sys.spawn(
      cluster_member, mine, peers, factory,
      [=, this](const node_card& peer, node_hello hello, gate_listener found) {
        greeted_by = std::move(hello);
        searched[peer.name] = std::move(found);
        if (is_found)
          answer_search(peer.name);
      });
    peers->member.set(member);
    consume_messages();
  }

  ~two_nodes() {
    caf::anon_send_exit(member, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(gate, caf::exit_reason::user_shutdown);
    peers->member.set({});
    consume_messages();
  }

  void answer_search(const std::string& node) {
    searched.at(node)(caf::actor_cast<caf::strong_actor_ptr>(gate), {});
  }

  void beat_of_other() {
    auto lives = registry->beat(other, 60s);
    CAF_REQUIRE(bool(lives));
  }

  std::shared_ptr<shared_stores> shared = std::make_shared<shared_stores>();
  std::unique_ptr<cluster_registry> registry
    = shared->registry.open(shared->registry.begin_incarnation());
  node_card other;
  std::shared_ptr<node_factory> factory
    = std::make_shared<node_factory>(shared, "a", "run-a");
  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1);
  std::shared_ptr<senders> heard_from = std::make_shared<senders>();
  cluster_gate_actor gate = sys.spawn(watched_gate, heard_from);
  node_hello greeted_by;
  std::map<std::string, gate_listener> searched;
  cluster_member_actor member;
};

/// Its neighbour does not answer yet.
struct unanswered_node : two_nodes {
  unanswered_node() : two_nodes(false) {
  }

  node_card third;

  bool is_joining() {
    auto seen = registry->look();
    CAF_REQUIRE(bool(seen));
    CAF_REQUIRE_EQUAL(seen->nodes.at(0).card.name, "a");
    return seen->nodes[0].card.is_joining;
  }

  std::string state() {
    self->send(member, get_status{});
    consume_messages();
    std::string result;
    self->receive([&](actor_status& x) { result = x.state; });
    return result;
  }

  failure ping_it() {
    self->send(member, ping{});
    consume_messages();
    failure result;
    self->receive([&](failure& x) { result = x; });
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(a_cluster_member, two_nodes)

CAF_TEST(says nothing to other nodes in its own name) {
  CAF_REQUIRE_EQUAL(greeted_by.card.name, "a");
  self->send(member, headers_changed{});
  self->send(member, leave_cluster{});
  consume_messages();
  CAF_REQUIRE(heard_from->size() >= 2);
  for (const auto& x : *heard_from)
    CAF_CHECK(x == nullptr);
}

CAF_TEST(remembers who had a partition before) {
  auto own = [&](const char* node, const char* run, std::uint64_t epoch) {
    shared->leases[7] = {node, run, 1000ms};
    shared->epochs[7].number = epoch;
    self->send(member, partitions_moved{});
    consume_messages();
  };
  auto moves = [&] {
    cluster_state seen;
    self->send(member, get_cluster{});
    consume_messages();
    self->receive([&](cluster_reply& x) { seen = std::move(x.state); });
    std::string result;
    for (const auto& x : seen.moves)
      result += x.from + ">" + x.to + " ";
    return result;
  };
  own("b", "run-b", 2);
  CAF_CHECK_EQUAL(moves(), ">b ");
  // Nobody's for a look, then the same node's again.
  shared->leases[7] = {};
  self->send(member, partitions_moved{});
  consume_messages();
  own("b", "run-c", 3);
  CAF_CHECK_EQUAL(moves(), ">b ");
  shared->leases[7] = {};
  self->send(member, partitions_moved{});
  consume_messages();
  own("a", "run-a", 4);
  CAF_CHECK_EQUAL(moves(), "b>a >b ");
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST_FIXTURE_SCOPE(a_cluster_member_that_joins, unanswered_node)

CAF_TEST(owns nothing before it reaches the others) {
  CAF_CHECK(peers->wanted().none());
  CAF_CHECK(is_joining());
  CAF_CHECK_EQUAL(state(), "joining");
  CAF_CHECK(ping_it().code == ec::dependency_unavailable);
  answer_search("b");
  consume_messages();
  CAF_CHECK(peers->wanted().any());
  CAF_CHECK(!is_joining());
  CAF_CHECK_EQUAL(state(), "running");
  CAF_CHECK(ping_it().code == ec::none);
}

CAF_TEST(owns nothing as long as it reaches nobody and says so) {
  advance_time(20s);
  consume_messages();
  CAF_CHECK(is_joining());
  CAF_CHECK(peers->wanted().none());
  CAF_CHECK_EQUAL(ping_it().detail,
                  "It takes no partitions before it reaches other nodes, and "
                  "does not reach b yet.");
}

CAF_TEST(does not wait for one that cannot be reached while others are) {
  third.name = "c";
  third.run = "run-c";
  third.cluster = "c";
  auto lives = registry->beat(third, 60s);
  CAF_REQUIRE(bool(lives));
  self->send(member, partitions_moved{});
  consume_messages();
  answer_search("b");
  advance_time(4s);
  consume_messages();
  CAF_CHECK(is_joining());
  advance_time(2s);
  consume_messages();
  CAF_CHECK(!is_joining());
  CAF_CHECK(peers->wanted().any());
}

CAF_TEST(leaves without having joined) {
  self->send(member, leave_cluster{});
  consume_messages();
  auto has_left = false;
  self->receive([&](done) { has_left = true; });
  CAF_CHECK(has_left);
  answer_search("b");
  consume_messages();
  CAF_CHECK_EQUAL(state(), "leaving");
  CAF_CHECK(peers->wanted().none());
}

CAF_TEST_FIXTURE_SCOPE_END()
