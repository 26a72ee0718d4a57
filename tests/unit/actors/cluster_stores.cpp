#include "tests/unit/actors/cluster_stores.hpp"

namespace actor_tests {

namespace {

failure unreachable() {
  return {ec::dependency_unavailable, "The test's Redis does not answer."};
}

/// The memory ledger, owned by partition as the one in Redis is.
class shared_ledger : public seat_ledger {
public:
  shared_ledger(seat_ledger& real, node_factory& of) : real_(real), of_(of) {
  }

  bool is_shared() const override {
    return true;
  }

  void speak_for(const partition_set& partitions) override {
    mine_ = partitions;
  }

  fallible<partition_set> take(std::chrono::milliseconds ttl) override {
    if (of_.is_cut_off)
      return unreachable();
    auto& all = *of_.shared;
    partition_set result;
    for (auto p : members_of(mine_)) {
      auto& held = all.leases[p];
      auto is_former_run = held.owner == of_.node && !of_.was_held[p];
      if (held.until > all.now && held.run != of_.run && !is_former_run)
        continue;
      held = {of_.node, of_.run, all.now + ttl};
      of_.was_held.set(p);
      result.set(p);
    }
    return result;
  }

  fallible<done> let_go() override {
    if (of_.is_cut_off)
      return unreachable();
    for (auto p : members_of(mine_))
      if (of_.shared->leases[p].run == of_.run)
        of_.shared->leases[p].until = std::chrono::milliseconds{0};
    return done{};
  }

  fallible<epoch> current_epoch() override {
    epoch result;
    for (auto p : members_of(mine_))
      if (of_.shared->epochs[p].number > result.number)
        result = of_.shared->epochs[p];
    return result;
  }

  fallible<done> fence(const epoch& owner) override {
    if (of_.is_cut_off)
      return unreachable();
    for (auto p : members_of(mine_))
      if (of_.shared->epochs[p].number >= owner.number)
        return failure{ec::fenced, "There is a later owner."};
    for (auto p : members_of(mine_))
      of_.shared->epochs[p] = owner;
    return done{};
  }

  std::vector<decision> execute(std::span<const decide_batch> batches,
                                timestamp at) override {
    std::vector<decision> result(batches.size());
    for (std::size_t i = 0; i < batches.size(); ++i) {
      auto batch = batches[i];
      auto& error = result[i].answer.error;
      if (of_.is_cut_off) {
        error = unreachable();
        error.code = ec::in_doubt;
      } else if (batch.owner
                 != of_.shared->epochs[partition_of(batch.section)]) {
        error = {ec::fenced, "Another node owns it."};
      } else {
        batch.owner = *real_.current_epoch();
        of_.commands += batch.commands.size();
        result[i] = std::move(real_.execute({&batch, 1}, at)[0]);
      }
    }
    return result;
  }

  fallible<std::vector<std::vector<live_registration>>>
  registrations(std::span<const student_id> students) override {
    return real_.registrations(students);
  }

  fallible<std::vector<section_rows>>
  rows(std::span<const section_id> sections) override {
    return real_.rows(sections);
  }

  fallible<std::vector<section_header>> headers() override {
    auto result = real_.headers();
    if (result)
      std::erase_if(*result, [this](const section_header& x) {
        return !mine_[partition_of(x.section)];
      });
    return result;
  }

  fallible<done> set_standing(
    std::span<const std::pair<student_id, bool>> is_active) override {
    return real_.set_standing(is_active);
  }

  fallible<done> ping() override {
    if (of_.is_cut_off)
      return unreachable();
    return done{};
  }

private:
  seat_ledger& real_;
  node_factory& of_;
  partition_set mine_ = all_partitions();
};

/// Does not open while the node is cut off.
class cut_group : public group_commit {
public:
  explicit cut_group(node_factory& of) : of_(of) {
  }

  fallible<done> open() override {
    if (of_.is_cut_off)
      return unreachable();
    return done{};
  }

  fallible<done> commit() override {
    return open();
  }

private:
  node_factory& of_;
};

class node_stores : public ledger_stores {
public:
  node_stores(std::unique_ptr<ledger_stores> real, node_factory& of)
    : real_(std::move(real)), ledger_(real_->ledger(), of), group_(of) {
  }

  seat_ledger& ledger() override {
    return ledger_;
  }

  idempotency_store& keys() override {
    return real_->keys();
  }

  sync_journal& journal() override {
    return real_->journal();
  }

  group_commit& commit_group() override {
    return group_;
  }

private:
  std::unique_ptr<ledger_stores> real_;
  shared_ledger ledger_;
  cut_group group_;
};

class cut_registry : public cluster_registry {
public:
  cut_registry(std::unique_ptr<cluster_registry> real, node_factory& of)
    : real_(std::move(real)), of_(of) {
  }

  fallible<cluster_sight> beat(const node_card& self,
                               std::chrono::milliseconds ttl) override {
    if (of_.is_cut_off)
      return unreachable();
    return real_->beat(self, ttl);
  }

  fallible<cluster_sight> look() override {
    if (of_.is_cut_off)
      return unreachable();
    return real_->look();
  }

  fallible<done> leave(const node_card& self) override {
    if (of_.is_cut_off)
      return unreachable();
    return real_->leave(self);
  }

  fallible<done> set_drained(const std::string& node,
                             bool is_drained) override {
    if (of_.is_cut_off)
      return unreachable();
    return real_->set_drained(node, is_drained);
  }

private:
  std::unique_ptr<cluster_registry> real_;
  node_factory& of_;
};

} // namespace

shared_stores::shared_stores() : registry([this] { return now; }) {
  registry.set_places([this] {
    memory_cluster::places result;
    for (std::uint32_t p = 0; p < partition_count; ++p)
      result[p] = {leases[p].owner, leases[p].run, leases[p].until - now,
                   epochs[p].number};
    return result;
  });
  static_cast<void>(ledger.open()->ledger().fence({1, 1}));
}

node_factory::node_factory(std::shared_ptr<shared_stores> all, std::string name,
                           std::string of_run)
  : shared(std::move(all)), node(std::move(name)), run(std::move(of_run)),
    incarnation_(shared->registry.begin_incarnation()) {
}

fallible<std::unique_ptr<ledger_stores>>
node_factory::open_ledger(const partition_share&) {
  if (is_cut_off)
    return unreachable();
  return std::unique_ptr<ledger_stores>{
    std::make_unique<node_stores>(shared->ledger.open(), *this)};
}

fallible<std::unique_ptr<sync_journal>> node_factory::open_journal() {
  if (is_cut_off)
    return unreachable();
  return shared->ledger.open_journal();
}

fallible<std::unique_ptr<registration_store>>
node_factory::open_registrations() {
  return std::unique_ptr<registration_store>{
    std::make_unique<memory_registration_store>(shared->sql)};
}

fallible<std::unique_ptr<catalogue_store>> node_factory::open_catalogue() {
  return failure{ec::dependency_unavailable, "There is no catalogue."};
}

fallible<std::unique_ptr<cluster_registry>>
node_factory::open_cluster_registry() {
  if (is_cut_off)
    return unreachable();
  return std::unique_ptr<cluster_registry>{
    std::make_unique<cut_registry>(shared->registry.open(incarnation_), *this)};
}

} // namespace actor_tests
