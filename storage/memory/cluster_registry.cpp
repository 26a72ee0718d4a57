#include "storage/memory/cluster_registry.hpp"

#include <algorithm>
#include <map>
#include <mutex>

namespace registrar {

struct memory_cluster::content {
  using moment = std::chrono::milliseconds;

  struct entry {
    node_card card;
    std::uint64_t incarnation = 0;
    moment beat{};
    moment until{};
    bool is_drained = false;
  };

  bool is_forgotten(const entry& x) const {
    return now() - x.beat > node_kept_for;
  }

  cluster_sight look() const {
    cluster_sight result;
    for (const auto& [name, x] : nodes)
      if (!is_forgotten(x))
        result.nodes.push_back(
          {x.card, x.until > now(), x.is_drained, now() - x.beat});
    result.partitions = source();
    return result;
  }

  clock now;
  std::function<places()> source = [] { return places{}; };
  mutable std::mutex mutex;
  std::map<std::string, entry> nodes;
  std::uint64_t incarnation = 0;
};

namespace {

class memory_cluster_registry : public cluster_registry {
public:
  memory_cluster_registry(std::shared_ptr<memory_cluster::content> shared,
                          std::uint64_t incarnation)
    : shared_(std::move(shared)), incarnation_(incarnation) {
  }

  fallible<cluster_sight> beat(const node_card& self,
                               std::chrono::milliseconds ttl) override {
    std::lock_guard guard{shared_->mutex};
    auto& x = shared_->nodes[self.name];
    if (x.card.run != self.run && x.incarnation > incarnation_)
      return name_taken(self.name, x.card.http);
    x.card = self;
    x.incarnation = incarnation_;
    x.beat = shared_->now();
    x.until = x.beat + ttl;
    std::erase_if(shared_->nodes, [&](const auto& node) {
      return shared_->is_forgotten(node.second);
    });
    return shared_->look();
  }

  fallible<cluster_sight> look() override {
    std::lock_guard guard{shared_->mutex};
    return shared_->look();
  }

  fallible<done> leave(const node_card& self) override {
    std::lock_guard guard{shared_->mutex};
    auto at = shared_->nodes.find(self.name);
    if (at == shared_->nodes.end() || at->second.card.run != self.run)
      return done{};
    if (at->second.is_drained)
      at->second.until = {};
    else
      shared_->nodes.erase(at);
    return done{};
  }

  fallible<done> set_drained(const std::string& node,
                             bool is_drained) override {
    std::lock_guard guard{shared_->mutex};
    auto at = shared_->nodes.find(node);
    if (at == shared_->nodes.end() || shared_->is_forgotten(at->second))
      return unknown_node(node);
    at->second.is_drained = is_drained;
    return done{};
  }

private:
  std::shared_ptr<memory_cluster::content> shared_;
  std::uint64_t incarnation_;
};

} // namespace

memory_cluster::memory_cluster()
  : memory_cluster([] {
      return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
    }) {
}

memory_cluster::memory_cluster(clock now)
  : content_(std::make_shared<content>()) {
  content_->now = std::move(now);
}

memory_cluster::~memory_cluster() = default;

std::unique_ptr<cluster_registry>
memory_cluster::open(std::uint64_t incarnation) {
  return std::make_unique<memory_cluster_registry>(content_, incarnation);
}

std::uint64_t memory_cluster::begin_incarnation() {
  std::lock_guard guard{content_->mutex};
  return ++content_->incarnation;
}

bool memory_cluster::is_alive(std::uint64_t incarnation) const {
  std::lock_guard guard{content_->mutex};
  return std::any_of(content_->nodes.begin(), content_->nodes.end(),
                     [&](const auto& node) {
                       return node.second.incarnation == incarnation
                              && node.second.until > content_->now();
                     });
}

void memory_cluster::set_places(places now) {
  set_places([now] { return now; });
}

void memory_cluster::set_places(std::function<places()> source) {
  std::lock_guard guard{content_->mutex};
  content_->source = std::move(source);
}

} // namespace registrar
