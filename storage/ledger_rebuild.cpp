#include "storage/ledger_rebuild.hpp"

#include "config/limits.hpp"
#include "messages/partition_share.hpp"
#include "storage/redis/admission.hpp"
#include "storage/redis/ledger_identity.hpp"
#include "storage/redis/ledger_loading.hpp"
#include "storage/redis/seat_ledger.hpp"
#include "storage/redis/self_check.hpp"
#include "storage/redis/sentinel.hpp"
#include "storage/rules/invariants.hpp"

#include <algorithm>
#include <random>
#include <unordered_map>

namespace registrar {

namespace {

constexpr auto holder = "registrar rebuild-ledger";

class rebuilder {
public:
  rebuilder(const production_options& options,
            std::unique_ptr<redis_connection> redis,
            std::unique_ptr<registration_store> sql)
    : options_(options), redis_(std::move(redis)), sql_(std::move(sql)),
      ledger_(*redis_) {
  }

  fallible<rebuild_report> run() {
    if (auto held = hold_it(); !held)
      return held.error();
    auto result = rebuild();
    static_cast<void>(end_leases(*redis_, claim_, all_));
    if (!result)
      return result.error();
    return std::move(report_);
  }

private:
  fallible<done> hold_it() {
    auto lease = read_lease(*redis_);
    if (!lease)
      return lease.error();
    if (*lease)
      return failure{ec::store_locked, to_sentence(**lease)};
    if (auto alone = expect_no_node(options_.redis); !alone)
      return alone;
    return take_leases(*redis_, claim_, all_, limits::lease_ttl);
  }

  fallible<done> rebuild() {
    if (auto identified = identify(); !identified)
      return identified;
    if (report_.was_lost)
      if (auto cleared = clear_partitions(*redis_); !cleared)
        return cleared;
    if (auto made = make_partitions(*redis_); !made)
      return made;
    if (auto sorted = sort_sections(); !sorted)
      return sorted;
    if (!report_.was_lost && report_.rebuilt.empty())
      return {ec::store_locked,
              "The ledger in Redis has lost nothing that SQL knows of; there "
              "is nothing to rebuild, start the server."};
    if (auto fenced = fence(); !fenced)
      return fenced;
    for (const auto& rows : to_load_)
      if (auto loaded = load(rows); !loaded)
        return loaded;
    return report_.was_lost ? name_it() : done{};
  }

  fallible<done> identify() {
    auto of_sql = read_postgres_ledger_id(options_.postgres);
    if (!of_sql)
      return of_sql.error();
    if (!*of_sql)
      return {ec::store_unusable,
              "SQL has followed no ledger so far; there is nothing to rebuild, "
              "start the server."};
    auto of_redis = read_ledger_id(*redis_);
    if (!of_redis)
      return of_redis.error();
    report_.was_lost = of_redis->is_nil();
    report_.ledger_id = report_.was_lost ? uuid::random() : **of_sql;
    if (!report_.was_lost && *of_redis != **of_sql)
      return {ec::store_unusable,
              "Redis holds ledger " + of_redis->to_string()
                + ", but SQL belongs to ledger " + (*of_sql)->to_string()
                + "; empty this Redis if nobody needs that ledger, or give the "
                  "right one."};
    return done{};
  }

  /// What to load, and what may stay.
  fallible<done> sort_sections() {
    auto headers = ledger_.headers();
    if (!headers)
      return headers.error();
    for (const auto& header : *headers)
      in_redis_[header.section] = header.sequence;
    auto loaded = sql_->load();
    if (!loaded)
      return loaded.error();
    for (auto& rows : *loaded)
      if (auto judged = judge(std::move(rows)); !judged)
        return judged;
    return done{};
  }

  fallible<done> judge(section_rows rows) {
    const auto& id = rows.header.section;
    if (auto broken = broken_invariants(rows); !broken.empty())
      return {ec::store_corrupt,
              "SQL's rows contradict each other: " + broken.front()
                + " Restore the database first."};
    auto was_at = sequence_in_redis(id);
    if (!was_at)
      return was_at.error();
    if (*was_at > 0 && *was_at >= rows.header.sequence) {
      ++report_.kept;
      return done{};
    }
    report_.rebuilt.push_back({id, *was_at, rows.header.sequence});
    report_.enrolled += rows.roster.size();
    report_.waitlisted += rows.waitlist.size();
    to_load_.push_back(std::move(rows));
    return done{};
  }

  /// 0 where Redis lacks the section, or some of its rows.
  fallible<std::uint64_t> sequence_in_redis(const section_id& id) {
    if (!in_redis_.contains(id))
      return std::uint64_t{0};
    auto rows = ledger_.rows({&id, 1});
    if (rows)
      return rows->front().header.sequence;
    if (rows.error().code == ec::ledger_lost)
      return std::uint64_t{0};
    return rows.error();
  }

  fallible<done> fence() {
    auto before = ledger_.current_epoch();
    if (!before)
      return before.error();
    auto of_sql = sql_->highest_epoch();
    if (!of_sql)
      return of_sql.error();
    std::random_device device;
    owner_.number = std::max(before->number, *of_sql) + 1;
    owner_.token = static_cast<std::uint64_t>(device()) << 32 | device();
    if (auto fenced = ledger_.fence(owner_); !fenced)
      return fenced;
    std::vector<partition_epoch> all;
    for (auto p : all_)
      all.push_back({p, owner_});
    return sql_->fence(all);
  }

  fallible<done> load(const section_rows& rows) {
    // Each call is shorter than the lease, so that it is still ours.
    if (auto held = take_leases(*redis_, claim_, all_, limits::lease_ttl);
        !held)
      return held;
    audit_entry why{holder, "section loaded from SQL",
                    rows.header.section.to_string(),
                    "at sequence " + std::to_string(rows.header.sequence)};
    if (auto noted = sql_->note(why); !noted)
      return noted;
    return load_section(*redis_, owner_, rows);
  }

  fallible<done> name_it() {
    auto replaced
      = replace_postgres_ledger_id(options_.postgres, report_.ledger_id);
    if (!replaced)
      return replaced;
    return name_ledger(*redis_, report_.ledger_id);
  }

  const production_options& options_;
  std::unique_ptr<redis_connection> redis_;
  std::unique_ptr<registration_store> sql_;
  ledger_claim claim_{holder};
  redis_seat_ledger ledger_;
  const std::vector<std::uint32_t> all_ = members_of(all_partitions());
  epoch owner_;
  rebuild_report report_;
  std::unordered_map<section_id, std::uint64_t> in_redis_;
  std::vector<section_rows> to_load_;
};

} // namespace

fallible<rebuild_report> rebuild_ledger(const production_options& options) {
  if (auto migrated = migrate_production_stores(options); !migrated)
    return migrated.error();
  auto sql = open_postgres_registrations(options.postgres);
  if (!sql)
    return sql.error();
  auto redis = open_redis(options.redis);
  if (!redis)
    return redis.error();
  auto facts = read_redis_facts(**redis);
  if (!facts)
    return facts.error();
  auto findings = self_check_findings(*facts);
  if (!findings.empty() && !options.redis.allow_volatile)
    return failure{ec::store_unusable, findings.front()};
  return rebuilder{options, std::move(*redis), std::move(*sql)}.run();
}

} // namespace registrar
