#include "storage/memory/cluster_registry.hpp"
#include "tests/contract/registry_world.hpp"

namespace registrar::test {

namespace {

class memory_registry_world : public registry_world {
public:
  std::unique_ptr<cluster_registry> open(std::uint64_t incarnation) override {
    return cluster_.open(incarnation);
  }

  void pass(std::chrono::milliseconds time) override {
    now_ += time;
  }

  void place(std::uint32_t partition, const partition_place& now) override {
    places_[partition] = now;
    cluster_.set_places(places_);
  }

  bool is_alive(std::uint64_t incarnation) override {
    return cluster_.is_alive(incarnation);
  }

private:
  std::chrono::milliseconds now_ = std::chrono::hours{480'000};
  memory_cluster cluster_{[this] { return now_; }};
  memory_cluster::places places_;
};

} // namespace

std::unique_ptr<registry_world> make_registry_world() {
  return std::make_unique<memory_registry_world>();
}

} // namespace registrar::test
