#include "storage/redis/lease.hpp"

#include "storage/redis/keys.hpp"
#include "storage/redis/reply.hpp"

namespace registrar {

namespace {

/// Who has this partition may take others.
constexpr std::uint32_t first_taken = 0;

void add_claim(redis_pipeline& out, std::uint32_t partition,
               const ledger_claim& claim, std::chrono::milliseconds ttl) {
  out.start(lease_script, {redis_keys::lease(partition)})
    .add(claim.holder())
    .add(claim.run())
    .add(std::int64_t{ttl.count()})
    .add(claim.was_held(partition) ? "0" : "1")
    .add(claim.url());
}

lease_in_force lease_in(redis_value reply) {
  return {std::string{reply[0].text()},
          std::chrono::milliseconds{reply[1].number()},
          std::string{reply[2].text()}};
}

/// Runs them; the first lease in force that stands against one of them.
fallible<done> run_claims(redis_connection& redis, const redis_pipeline& all) {
  auto replies = redis.tell(all);
  if (!replies)
    return replies.error();
  for (std::size_t i = 0; i < replies->size(); ++i)
    if (auto reply = (*replies)[i]; reply.size() > 0)
      return failure{ec::store_locked, to_sentence(lease_in(reply))};
  return done{};
}

fallible<done> take_all(redis_connection& redis, ledger_claim& claim,
                        std::span<const std::uint32_t> partitions,
                        std::chrono::milliseconds ttl) {
  redis_pipeline all;
  for (auto p : partitions)
    add_claim(all, p, claim, ttl);
  if (auto taken = run_claims(redis, all); !taken)
    return taken;
  for (auto p : partitions)
    claim.set_held(p);
  return done{};
}

/// Another connection of this run takes it; it may be about to.
fallible<done> expect_first(redis_connection& redis,
                            const ledger_claim& claim) {
  redis_pipeline one;
  one.call("HGET", redis_keys::lease(first_taken), "run");
  auto replies = redis.read(one);
  if (!replies)
    return replies.error();
  if ((*replies)[0].text() == claim.run())
    return done{};
  return failure{ec::dependency_unavailable,
                 "This server does not hold the ledger yet."};
}

} // namespace

ledger_claim::ledger_claim(std::string holder)
  : holder_(std::move(holder)), run_(uuid::random().to_string()) {
}

void ledger_claim::announce(std::string_view url) {
  std::lock_guard guard{mutex_};
  url_ = url;
}

std::string ledger_claim::url() const {
  std::lock_guard guard{mutex_};
  return url_;
}

std::string to_sentence(const lease_in_force& lease) {
  auto where
    = lease.url.empty() ? std::string{} : " and serves on " + lease.url;
  return "The server " + lease.holder + " holds this ledger" + where
         + "; stop it first, or use another Redis and SQL database.";
}

fallible<done> take_leases(redis_connection& redis, ledger_claim& claim,
                           std::span<const std::uint32_t> partitions,
                           std::chrono::milliseconds ttl) {
  auto has_first = !partitions.empty() && partitions.front() == first_taken;
  if (auto begun = has_first ? take_all(redis, claim, partitions.first(1), ttl)
                             : expect_first(redis, claim);
      !begun)
    return begun;
  return take_all(redis, claim, partitions.subspan(has_first ? 1 : 0), ttl);
}

fallible<partition_set>
take_free_leases(redis_connection& redis, ledger_claim& claim,
                 std::span<const std::uint32_t> partitions,
                 std::chrono::milliseconds ttl) {
  redis_pipeline all;
  for (auto p : partitions)
    add_claim(all, p, claim, ttl);
  auto replies = redis.tell(all);
  if (!replies)
    return replies.error();
  partition_set result;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    if ((*replies)[i].size() > 0)
      continue;
    claim.set_held(partitions[i]);
    result.set(partitions[i]);
  }
  return result;
}

fallible<done> end_leases(redis_connection& redis, const ledger_claim& claim,
                          std::span<const std::uint32_t> partitions) {
  redis_pipeline all;
  for (auto p : partitions)
    add_claim(all, p, claim, std::chrono::milliseconds{0});
  return run_claims(redis, all);
}

fallible<std::optional<lease_in_force>> read_lease(
  redis_connection& redis,
  const std::function<bool(std::string_view, std::string_view)>& passes) {
  redis_pipeline all;
  all.call("TIME");
  for (std::uint32_t p = 0; p < partition_count; ++p)
    all.call("HMGET", redis_keys::lease(p), "holder", "run", "until", "url");
  auto replies = redis.read(all);
  if (!replies)
    return replies.error();
  auto clock = (*replies)[0];
  auto now = clock[0].number() * 1000 + clock[1].number() / 1000;
  std::optional<lease_in_force> longest;
  for (std::uint32_t p = 0; p < partition_count; ++p) {
    auto held = (*replies)[1 + p];
    auto left = std::chrono::milliseconds{held[2].number() - now};
    if (left <= std::chrono::milliseconds{0}
        || (longest && left <= longest->left)
        || (passes && passes(held[0].text(), held[1].text())))
      continue;
    longest = {std::string{held[0].text()}, left, std::string{held[3].text()}};
  }
  return longest;
}

} // namespace registrar
