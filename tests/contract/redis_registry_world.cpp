#include "storage/redis/cluster_registry.hpp"
#include "storage/redis/keys.hpp"
#include "tests/contract/registry_world.hpp"
#include "tests/unit/redis/test_redis.hpp"

#include <doctest/doctest.h>

namespace registrar::test {

namespace {

/// Makes every moment that the registry has written earlier: Redis' own clock
/// cannot be moved.
constexpr auto age_script = R"lua(
local by = tonumber(ARGV[1])
local all = redis.call('HGETALL', 'cluster:nodes')
for i = 1, #all, 2 do
  local before, beat, till, after =
    string.match(all[i + 1], '^(%S+ %d+) (%d+) (%d+)( .*)$')
  redis.call('HSET', 'cluster:nodes', all[i],
             string.format('%s %.0f %.0f%s', before, beat - by,
                           math.max(till - by, 0), after))
end
for _, key in ipairs(redis.call('KEYS', 'cluster:alive:*')) do
  local left = redis.call('PTTL', key)
  redis.call('PEXPIRE', key, left - by)
end
)lua";

class redis_registry_world : public registry_world {
public:
  redis_registry_world() {
    options_.address = test_redis();
    empty(options_.address);
    side_ = connect(options_.address);
  }

  std::unique_ptr<cluster_registry> open(std::uint64_t incarnation) override {
    auto opened = open_redis_cluster_registry(options_, incarnation);
    REQUIRE_MESSAGE(bool(opened), (opened ? "" : opened.error().detail));
    return std::move(*opened);
  }

  void pass(std::chrono::milliseconds time) override {
    auto replies = ask(*side_, "EVAL", age_script, 0, time.count());
    REQUIRE_MESSAGE(!replies[0].is_error(), replies[0].text());
  }

  void place(std::uint32_t partition, const partition_place& now) override {
    auto clock = ask(*side_, "TIME");
    auto until = clock[0][0].number() * 1000 + now.lease_left.count();
    ask(*side_, "HSET", redis_keys::lease(partition), "holder", now.owner,
        "run", now.run, "until", until);
    ask(*side_, "HSET", redis_keys::epoch(partition), "number", now.epoch);
  }

  bool is_alive(std::uint64_t incarnation) override {
    return ask(*side_, "EXISTS", redis_keys::cluster_alive(incarnation))[0]
             .number()
           == 1;
  }

private:
  redis_options options_;
  std::unique_ptr<redis_connection> side_;
};

} // namespace

std::unique_ptr<registry_world> make_registry_world() {
  return std::make_unique<redis_registry_world>();
}

} // namespace registrar::test
