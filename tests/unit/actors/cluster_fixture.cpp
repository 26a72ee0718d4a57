#include "tests/unit/actors/cluster_fixture.hpp"

#include "tests/unit/actors/plain_tree.hpp"

namespace actor_tests {

// -- nodes --------------------------------------------------------------------

cluster_fixture::~cluster_fixture() {
  for (auto& [name, x] : nodes)
    if (x.root)
      caf::anon_send_exit(x.root, caf::exit_reason::user_shutdown);
  nodes.clear();
  consume_messages();
}

cluster_fixture::node& cluster_fixture::start(const std::string& name,
                                              std::uint32_t protocol) {
  auto& x = nodes[name];
  x = {};
  x.name = name;
  auto run = "run-" + std::to_string(++runs_);
  x.factory = std::make_shared<node_factory>(shared, name, run);
  x.view->load(small_catalogue());
  tree_parts parts;
  parts.factory = x.factory;
  parts.peers = x.peers;
  parts.view = x.view;
  parts.peers->become_node();
  cluster_parts cluster;
  cluster.card.name = name;
  cluster.card.run = run;
  cluster.card.cluster = name;
  cluster.card.protocol = protocol;
  cluster.publish = [](const cluster_gate_actor&) {};
  cluster.find_gate = [this](const node_card& peer, node_hello hello,
                             gate_listener found) {
    auto there = nodes.find(peer.cluster);
    auto is_cut = peer.name == unreachable || hello.card.name == unreachable;
    auto gate = is_cut || there == nodes.end()
                  ? cluster_gate_actor{}
                  : there->second.peers->gate.get();
    if (!gate) {
      found(nullptr, {ec::dependency_unavailable, "Nobody is there."});
      return;
    }
    sys.spawn([=](caf::event_based_actor* search) {
      greet(search, gate, peer, hello, found);
    });
  };
  parts.cluster = std::move(cluster);
  x.root
    = sys.spawn(supervisor, name, x.peers->actors, plain_children(sys, parts));
  settle();
  return x;
}

void cluster_fixture::crash(node& x) {
  x.factory->is_cut_off = true;
  caf::anon_send_exit(x.root, caf::exit_reason::kill);
  x.root = nullptr;
  settle();
}

void cluster_fixture::stop(node& x) {
  has_left_ = false;
  self->send(x.peers->member.get(), leave_cluster{});
  for (int i = 0; i < 500 && !has_left_; ++i)
    pass(std::chrono::milliseconds{10});
  CAF_REQUIRE(has_left_);
  caf::anon_send_exit(x.root, caf::exit_reason::user_shutdown);
  x.root = nullptr;
  settle();
}

cluster_state cluster_fixture::state_at(node& x) {
  cluster_state result;
  self->send(x.peers->member.get(), get_cluster{});
  consume_messages();
  self->receive([&](cluster_reply& told) { result = std::move(told.state); });
  return result;
}

// -- time and requests --------------------------------------------------------

void cluster_fixture::settle() {
  do {
    while (!self->mailbox().empty())
      self->receive(
        [this](registration_reply& x) {
          auto request = x.request;
          CAF_CHECK(replies.emplace(request, std::move(x)).second);
        },
        [this](done) { has_left_ = true; });
  } while (consume_message());
}

void cluster_fixture::pass(std::chrono::milliseconds time) {
  constexpr auto step = std::chrono::milliseconds{10};
  settle();
  for (; time > step * 0; time -= step) {
    shared->now += step;
    advance_time(step);
    settle();
  }
}

void cluster_fixture::post(node& at, int number, int student,
                           std::vector<int> sections) {
  self->send(at.peers->broker.get(),
             request_for(number, student, std::move(sections)));
}

bool cluster_fixture::is_answered(int number) const {
  return replies.count(request_of(number)) > 0;
}

const registration_reply& cluster_fixture::reply(int number) const {
  return replies.at(request_of(number));
}

// -- who owns what ------------------------------------------------------------

std::string cluster_fixture::owner_of(std::uint32_t partition) const {
  std::string result;
  for (const auto& [name, x] : nodes)
    if (x.root && x.peers->owner(partition) != epoch{})
      result += name;
  return result;
}

std::size_t cluster_fixture::owned_by(const node& x) const {
  std::size_t result = 0;
  for (std::uint32_t p = 0; p < partition_count; ++p)
    result += owner_of(p) == x.name ? 1 : 0;
  return result;
}

int cluster_fixture::section_owned_by(const node& x) const {
  for (int i = 1; i <= 6; ++i)
    if (owner_of(partition_at(i)) == x.name)
      return i;
  return 0;
}

section_rows cluster_fixture::in_ledger(int section) {
  auto id = section_of(section);
  auto rows = shared->ledger.open()->ledger().rows({&id, 1});
  return rows ? rows->front() : section_rows{};
}

section_rows cluster_fixture::in_sql(int section) const {
  memory_registration_store store{shared->sql};
  auto id = section_of(section);
  auto rows = store.rows({&id, 1});
  return rows && !rows->empty() ? rows->front() : section_rows{};
}

} // namespace actor_tests
