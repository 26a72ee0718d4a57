#include "storage/redis/ledger_stores.hpp"

#include "storage/redis/idempotency_store.hpp"
#include "storage/redis/ledger_identity.hpp"
#include "storage/redis/seat_ledger.hpp"
#include "storage/redis/self_check.hpp"
#include "storage/redis/sentinel.hpp"
#include "storage/redis/sync_journal.hpp"

namespace registrar {

namespace {

/// Nothing waits for a commit: a script is atomic, and its answer leaves Redis
/// only once the append-only file is on disk. What a connection cannot do any
/// more shows when the group is opened, so that its owner opens another.
class durable_at_once : public group_commit {
public:
  explicit durable_at_once(const redis_connection& redis) : redis_(redis) {
  }

  fallible<done> open() override {
    if (!redis_.is_open())
      return redis_.state();
    return done{};
  }

  fallible<done> commit() override {
    return done{};
  }

private:
  const redis_connection& redis_;
};

class redis_ledger_stores : public ledger_stores {
public:
  redis_ledger_stores(std::unique_ptr<redis_connection> redis,
                      std::uint64_t incarnation,
                      std::shared_ptr<ledger_claim> claim,
                      const partition_share& share,
                      const redis_options& options)
    : redis_(std::move(redis)),
      ledger_(*redis_, std::move(claim), share, !options.sentinels.empty()),
      keys_(*redis_, incarnation, options.is_clustered),
      journal_(*redis_, share), group_(*redis_) {
  }

  seat_ledger& ledger() override {
    return ledger_;
  }

  idempotency_store& keys() override {
    return keys_;
  }

  sync_journal& journal() override {
    return journal_;
  }

  group_commit& commit_group() override {
    return group_;
  }

  ledger_work_done carry_out(const ledger_work& work, timestamp at) override {
    redis_pipeline all;
    keys_.ask_begin(all, work.begins, at);
    ledger_.ask(all, work.batches, at);
    keys_.ask_complete(all, work.completes, at);
    auto replies = redis_->run(all);
    std::size_t next = 0;
    ledger_work_done result;
    result.begun = keys_.take_begun(replies, next, work.begins.size());
    result.decisions = ledger_.take(replies, next, work.batches, at);
    result.completed
      = keys_.take_completed(replies, next, work.completes.size());
    return result;
  }

private:
  std::unique_ptr<redis_connection> redis_;
  redis_seat_ledger ledger_;
  redis_idempotency_store keys_;
  redis_sync_journal journal_;
  durable_at_once group_;
};

/// Runs `ask` on a connection for this one question.
template <class Ask>
auto ask_once(const redis_options& options, Ask ask)
  -> decltype(ask(std::declval<redis_connection&>())) {
  auto redis = open_redis(options);
  if (!redis)
    return redis.error();
  return ask(**redis);
}

/// What speaks against serving on it, or nothing.
failure judge(redis_connection& redis, const redis_options& options) {
  if (options.allow_volatile && options.replicas_min == 0)
    return {};
  auto facts = read_redis_facts(redis);
  if (!facts)
    return facts.error();
  auto lacking = replica_finding(*facts, options.replicas_min);
  if (!lacking.empty())
    return {ec::dependency_unavailable, std::move(lacking)};
  if (options.allow_volatile)
    return {};
  std::string all;
  for (const auto& finding : self_check_findings(*facts))
    all += finding + ' ';
  if (all.empty())
    return {};
  return {ec::store_unusable,
          all + "Or set allow_volatile_redis = true and lose these promises."};
}

} // namespace

fallible<std::unique_ptr<ledger_stores>>
open_redis_ledger(const redis_options& options, const uuid& ledger_id,
                  std::uint64_t incarnation,
                  std::shared_ptr<ledger_claim> claim,
                  const partition_share& share) {
  auto redis = open_redis(options);
  if (!redis)
    return redis.error();
  if (auto why = judge(**redis, options); why.code != ec::none)
    return why;
  auto found = read_ledger_id(**redis);
  if (!found)
    return found.error();
  if (found->is_nil() && ledger_id.is_nil())
    return failure{
      ec::ledger_lost,
      "Redis holds no ledger. Give the Redis that has it, or make one "
      "from SQL with `registrar rebuild-ledger`."};
  if (!ledger_id.is_nil())
    if (auto why = judge_ledger_id(*found, ledger_id); why.code != ec::none)
      return why;
  if (incarnation == 0) {
    auto next = count_opening(**redis);
    if (!next)
      return next.error();
    incarnation = *next;
  }
  return std::unique_ptr<ledger_stores>{std::make_unique<redis_ledger_stores>(
    std::move(*redis), incarnation, std::move(claim), share, options)};
}

fallible<std::unique_ptr<sync_journal>>
open_redis_journal(const redis_options& options) {
  auto redis = open_redis(options);
  if (!redis)
    return redis.error();
  return std::unique_ptr<sync_journal>{
    std::make_unique<redis_journal_reader>(std::move(*redis))};
}

fallible<uuid> create_redis_ledger(const redis_options& options,
                                   const uuid& id) {
  return ask_once(
    options, [&](redis_connection& redis) { return create_ledger(redis, id); });
}

fallible<uuid> read_redis_ledger_id(const redis_options& options) {
  return ask_once(
    options, [](redis_connection& redis) { return read_ledger_id(redis); });
}

fallible<bool> is_redis_ledger_used(const redis_options& options) {
  return ask_once(
    options, [](redis_connection& redis) { return is_ledger_used(redis); });
}

fallible<std::uint64_t> begin_redis_incarnation(const redis_options& options) {
  return ask_once(options,
                  [](redis_connection& redis) { return count_opening(redis); });
}

fallible<std::optional<lease_in_force>> read_redis_lease(
  const redis_options& options,
  const std::function<bool(std::string_view, std::string_view)>& passes) {
  return ask_once(options, [&](redis_connection& redis) {
    return read_lease(redis, passes);
  });
}

fallible<std::vector<std::string>>
sample_redis_answers(const redis_options& options, std::size_t limit) {
  return ask_once(options, [=](redis_connection& redis) {
    return sample_answers(redis, limit);
  });
}

fallible<redis_memos>
read_redis_memos(const redis_options& options,
                 std::span<const std::pair<section_id, request_id>> names) {
  return ask_once(
    options, [=](redis_connection& redis) { return read_memos(redis, names); });
}

fallible<std::vector<std::string>> check_redis(const redis_options& options) {
  return ask_once(
    options,
    [&](redis_connection& redis) -> fallible<std::vector<std::string>> {
      auto facts = read_redis_facts(redis);
      if (!facts)
        return facts.error();
      auto result = self_check_findings(*facts);
      auto lacking = replica_finding(*facts, options.replicas_min);
      if (!lacking.empty())
        result.push_back(std::move(lacking));
      return result;
    });
}

} // namespace registrar
