#include "storage/redis/ledger_identity.hpp"

#include "messages/ids.hpp"
#include "storage/redis/keys.hpp"
#include "storage/redis/ledger_loading.hpp"

namespace registrar {

namespace {

constexpr auto remedy = "; give the right Redis and SQL database together, or "
                        "run `registrar rebuild-ledger`.";

} // namespace

fallible<uuid> read_ledger_id(redis_connection& redis) {
  redis_pipeline one;
  one.call("GET", redis_keys::ledger_id);
  auto replies = redis.read(one);
  if (!replies)
    return replies.error();
  auto reply = (*replies)[0];
  if (reply.is_nil())
    return uuid{};
  auto id = uuid::parse(reply.text());
  if (!id)
    return failure{ec::store_unusable,
                   "The key ledger:id in Redis holds no id of ours"
                     + std::string{remedy}};
  return *id;
}

fallible<uuid> create_ledger(redis_connection& redis, const uuid& id) {
  auto before = read_ledger_id(redis);
  if (!before || !before->is_nil())
    return before;
  if (auto made = make_partitions(redis); !made)
    return made.error();
  redis_pipeline one;
  one.call("SET", redis_keys::ledger_id, id.to_string(), "NX");
  if (auto named = redis.tell(one); !named)
    return named.error();
  return read_ledger_id(redis);
}

fallible<bool> is_ledger_used(redis_connection& redis) {
  redis_pipeline one;
  one.call("HEXISTS", redis_keys::epoch(0), "opened");
  auto replies = redis.read(one);
  if (!replies)
    return replies.error();
  return (*replies)[0].number() != 0;
}

fallible<std::uint64_t> count_opening(redis_connection& redis) {
  redis_pipeline one;
  one.call("HINCRBY", redis_keys::epoch(0), "opened", 1);
  auto replies = redis.tell(one);
  if (!replies)
    return replies.error();
  return static_cast<std::uint64_t>((*replies)[0].number());
}

failure judge_ledger_id(const uuid& of_redis, const uuid& of_sql) {
  if (of_redis == of_sql)
    return {};
  if (of_redis.is_nil())
    return {ec::ledger_lost, "Redis holds no ledger, but SQL belongs to ledger "
                               + of_sql.to_string() + remedy};
  if (of_sql.is_nil())
    return {ec::store_unusable, "Redis holds ledger " + of_redis.to_string()
                                  + ", but SQL belongs to none" + remedy};
  return {ec::store_unusable, "Redis holds ledger " + of_redis.to_string()
                                + ", but SQL belongs to ledger "
                                + of_sql.to_string() + remedy};
}

} // namespace registrar
