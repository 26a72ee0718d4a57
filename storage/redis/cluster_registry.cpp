#include "storage/redis/cluster_registry.hpp"

#include "storage/redis/keys.hpp"
#include "storage/redis/sentinel.hpp"

#include <algorithm>
#include <set>

namespace registrar {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view no_text = "-";

std::string_view or_no_text(std::string_view text) {
  return text.empty() ? no_text : text;
}

std::string field_text(std::string_view field) {
  return field == no_text ? std::string{} : std::string{field};
}

/// What follows the moments of an entry.
std::string card_text(const node_card& card) {
  std::string result = std::to_string(card.protocol);
  // To a version that does not know who joins, who owns nothing new leaves.
  result += card.is_leaving || card.is_joining ? " 1 " : " 0 ";
  result += or_no_text(card.http);
  result += ' ';
  result += or_no_text(card.cluster);
  result += card.is_joining ? " 1" : " 0";
  return result;
}

struct node_entry {
  node_card card;
  std::int64_t beat = 0;
  std::int64_t until = 0;
};

std::optional<node_entry> take_entry(std::string_view name,
                                     std::string_view text) {
  field_reader in{text};
  node_entry result;
  result.card.name = name;
  result.card.run = in.take();
  in.take();
  result.beat = in.take_number<std::int64_t>();
  result.until = in.take_number<std::int64_t>();
  result.card.protocol = in.take_number<std::uint32_t>();
  auto owns_nothing_new = in.take() == "1";
  result.card.http = field_text(in.take());
  result.card.cluster = field_text(in.take());
  if (!in.is_good())
    return std::nullopt;
  // A version that does not know who joins says no more.
  result.card.is_joining = owns_nothing_new && in.take() == "1";
  result.card.is_leaving = owns_nothing_new && !result.card.is_joining;
  return result;
}

void ask_look(redis_pipeline& out) {
  static const auto keys = [] {
    std::vector<std::string> result{std::string{redis_keys::cluster_nodes},
                                    std::string{redis_keys::cluster_drained}};
    for (std::uint32_t p = 0; p < partition_count; ++p)
      result.push_back(redis_keys::lease(p));
    for (std::uint32_t p = 0; p < partition_count; ++p)
      result.push_back(redis_keys::epoch(p));
    return result;
  }();
  out.start(cluster_look_script, keys);
}

partition_place partition_in(redis_value reply, std::int64_t now) {
  partition_place result;
  result.owner = reply[0].text();
  result.run = reply[1].text();
  result.lease_left
    = milliseconds{std::max<std::int64_t>(reply[2].number() - now, 0)};
  result.epoch = static_cast<std::uint64_t>(reply[3].number());
  return result;
}

fallible<cluster_sight> sight_in(redis_value reply) {
  auto now = reply[0].number();
  std::set<std::string_view> drained;
  for (std::size_t i = 0; i < reply[2].size(); ++i)
    drained.insert(reply[2][i].text());
  cluster_sight result;
  for (std::size_t i = 0; i + 1 < reply[1].size(); i += 2) {
    auto name = reply[1][i].text();
    auto entry = take_entry(name, reply[1][i + 1].text());
    if (!entry)
      return {ec::store_corrupt, "Redis holds no node of ours under "
                                   + std::string{name}
                                   + " in cluster:nodes; delete that field."};
    cluster_node node;
    node.heartbeat_age
      = milliseconds{std::max<std::int64_t>(now - entry->beat, 0)};
    if (node.heartbeat_age > node_kept_for)
      continue;
    node.card = std::move(entry->card);
    node.is_alive = entry->until > now;
    node.is_drained = drained.contains(name);
    result.nodes.push_back(std::move(node));
  }
  std::sort(result.nodes.begin(), result.nodes.end(),
            [](const cluster_node& a, const cluster_node& b) {
              return a.card.name < b.card.name;
            });
  for (std::uint32_t p = 0; p < partition_count; ++p)
    result.partitions[p] = partition_in(reply[3][p], now);
  return result;
}

class redis_cluster_registry : public cluster_registry {
public:
  redis_cluster_registry(std::unique_ptr<redis_connection> redis,
                         std::uint64_t incarnation)
    : redis_(std::move(redis)), incarnation_(incarnation) {
  }

  fallible<cluster_sight> beat(const node_card& self,
                               milliseconds ttl) override {
    redis_pipeline all;
    all.start(cluster_beat_script, node_keys())
      .add(self.name)
      .add(or_no_text(self.run))
      .add(incarnation_)
      .add(std::int64_t{ttl.count()})
      .add(std::int64_t{node_kept_for.count()})
      .add(card_text(self));
    ask_look(all);
    auto replies = redis_->tell(all);
    if (!replies)
      return replies.error();
    if (auto younger = (*replies)[0]; younger.size() > 0)
      return name_taken(self.name, field_text(younger[0].text()));
    return sight_in((*replies)[1]);
  }

  fallible<cluster_sight> look() override {
    redis_pipeline one;
    ask_look(one);
    auto replies = redis_->read(one);
    if (!replies)
      return replies.error();
    return sight_in((*replies)[0]);
  }

  fallible<done> leave(const node_card& self) override {
    redis_pipeline one;
    one.start(cluster_leave_script, node_keys())
      .add(self.name)
      .add(or_no_text(self.run));
    auto replies = redis_->tell(one);
    if (!replies)
      return replies.error();
    return done{};
  }

  fallible<done> set_drained(const std::string& node,
                             bool is_drained) override {
    redis_pipeline one;
    one
      .start(cluster_drain_script,
             {redis_keys::cluster_nodes, redis_keys::cluster_drained})
      .add(node)
      .add(is_drained ? "1" : "0");
    auto replies = redis_->tell(one);
    if (!replies)
      return replies.error();
    if ((*replies)[0].number() == 0)
      return unknown_node(node);
    return done{};
  }

private:
  std::vector<std::string> node_keys() const {
    return {std::string{redis_keys::cluster_nodes},
            std::string{redis_keys::cluster_drained},
            redis_keys::cluster_alive(incarnation_)};
  }

  std::unique_ptr<redis_connection> redis_;
  std::uint64_t incarnation_;
};

} // namespace

fallible<std::unique_ptr<cluster_registry>>
open_redis_cluster_registry(const redis_options& options,
                            std::uint64_t incarnation) {
  auto redis = open_redis(options);
  if (!redis)
    return redis.error();
  return std::unique_ptr<cluster_registry>{
    std::make_unique<redis_cluster_registry>(std::move(*redis), incarnation)};
}

} // namespace registrar
