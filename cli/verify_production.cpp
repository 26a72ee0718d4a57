#include "cli/verify_command.hpp"

#include "cli/key_comparison.hpp"
#include "config/limits.hpp"

#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace registrar {

namespace {

/// Keys that are compared with their memos.
constexpr std::size_t redis_answers_compared = 1'000;
/// Sections whose rows are read from Redis in one round trip.
constexpr std::size_t sections_at_once = 100;
constexpr auto entries_at_once = limits::sync_batch_max;

/// Every section of the ledger, against what SQL has of it.
class production_verifier {
public:
  production_verifier(ledger_stores& ledger, registration_store& sql)
    : ledger_(ledger), sql_(sql) {
  }

  fallible<done> compare_all() {
    auto headers = ledger_.ledger().headers();
    if (!headers)
      return headers.error();
    auto loaded = sql_.load();
    if (!loaded)
      return loaded.error();
    for (auto& rows : *loaded)
      in_sql_[rows.header.section] = std::move(rows);
    std::vector<section_id> part;
    for (const auto& header : *headers) {
      part.push_back(header.section);
      if (part.size() == sections_at_once)
        if (auto compared = compare(part); !compared)
          return compared;
    }
    if (auto compared = compare(part); !compared)
      return compared;
    judge_missing();
    return done{};
  }

  /// Sections that differ, though the ledger is whole there and not behind.
  std::vector<section_rows> repairable;
  verification result;

private:
  /// Empties `part`.
  fallible<done> compare(std::vector<section_id>& part) {
    auto asked = std::exchange(part, {});
    auto rows = ledger_.ledger().rows(asked);
    if (!rows && rows.error().code == ec::ledger_lost)
      return compare_each(asked);
    if (!rows)
      return rows.error();
    for (auto& live : *rows)
      if (auto compared = compare(live); !compared)
        return compared;
    return done{};
  }

  /// Where rows of one are lost, only asking for each alone shows which.
  fallible<done> compare_each(const std::vector<section_id>& asked) {
    for (const auto& id : asked) {
      auto rows = ledger_.ledger().rows({&id, 1});
      if (!rows && rows.error().code == ec::ledger_lost)
        note_loss(id);
      else if (!rows)
        return rows.error();
      else if (auto compared = compare(rows->front()); !compared)
        return compared;
    }
    return done{};
  }

  void note_loss(const section_id& id) {
    ++result.sections;
    in_sql_.erase(id);
    result.differences.push_back(
      {id,
       {},
       "the ledger lacks rows that its counts tell of: it lost writes"});
  }

  fallible<done> compare(section_rows& live) {
    const auto& id = live.header.section;
    section_rows sql;
    sql.header.section = id;
    sql.header.settings.version = 0;
    if (auto found = in_sql_.extract(id); !found.empty())
      sql = std::move(found.mapped());
    std::vector<journal_entry> lacking;
    if (sql.header.sequence < live.header.sequence) {
      auto read = read_lacking(id, sql.header.sequence);
      if (!read)
        return read.error();
      lacking = std::move(*read);
    }
    auto verdict = compare_with_stopped(sql, lacking, live);
    ++result.sections;
    result.lag += verdict.lag;
    auto is_safe = !verdict.differences.empty()
                   && sql.header.sequence <= live.header.sequence;
    for (auto& x : verdict.differences)
      result.differences.push_back(std::move(x));
    if (is_safe)
      repairable.push_back(std::move(live));
    return done{};
  }

  fallible<std::vector<journal_entry>> read_lacking(const section_id& id,
                                                    std::uint64_t cursor) {
    std::vector<journal_entry> entries;
    for (;;) {
      auto more = ledger_.journal().read_section(id, cursor, entries_at_once);
      if (!more)
        return more.error();
      if (more->empty())
        return entries;
      cursor = more->back().after.sequence;
      std::move(more->begin(), more->end(), std::back_inserter(entries));
    }
  }

  /// What SQL has and the ledger has not.
  void judge_missing() {
    for (const auto& [section, rows] : in_sql_) {
      ++result.sections;
      result.differences.push_back(
        {section,
         {},
         "last_sequence is " + std::to_string(rows.header.sequence)
           + " in SQL, and the ledger lacks the section: it lost writes"});
    }
  }

  ledger_stores& ledger_;
  registration_store& sql_;
  std::unordered_map<section_id, section_rows> in_sql_;
};

/// Lets go of a ledger that was held, whatever comes between.
struct held_ledger {
  explicit held_ledger(seat_ledger& which) : ledger(which) {
  }

  ~held_ledger() {
    // Where it cannot be told, the lease ends by itself.
    static_cast<void>(ledger.let_go());
  }

  held_ledger(const held_ledger&) = delete;

  seat_ledger& ledger;
};

struct opened_stores {
  std::shared_ptr<store_factory> factory;
  std::unique_ptr<ledger_stores> ledger;
  std::unique_ptr<registration_store> sql;
};

fallible<opened_stores> open_both(const production_options& options,
                                  production_use use) {
  opened_stores result;
  auto factory = open_production_stores(options, use, "registrar verify");
  if (!factory)
    return factory.error();
  result.factory = std::move(*factory);
  auto ledger = result.factory->open_ledger();
  if (!ledger)
    return ledger.error();
  result.ledger = std::move(*ledger);
  auto sql = result.factory->open_registrations();
  if (!sql)
    return sql.error();
  result.sql = std::move(*sql);
  return result;
}

} // namespace

fallible<done> compare_keys(const production_options& options,
                            verification& result) {
  auto answers = sample_redis_answers(options.redis, redis_answers_compared);
  if (!answers)
    return answers.error();
  std::vector<memo_name> names;
  for (const auto& answer : *answers)
    for (const auto& name : memos_of(answer))
      names.push_back(name);
  auto memos = read_redis_memos(options.redis, names);
  if (!memos)
    return memos.error();
  result.keys = answers->size();
  for (const auto& answer : *answers)
    for (auto& x : compare_with_memos(answer, *memos))
      result.differences.push_back(std::move(x));
  return done{};
}

fallible<verification> verify_production(const production_options& options) {
  auto stores = open_both(options, production_use::read);
  if (!stores)
    return stores.error();
  production_verifier verifier{*stores->ledger, *stores->sql};
  if (auto compared = verifier.compare_all(); !compared)
    return compared.error();
  if (auto compared = compare_keys(options, verifier.result); !compared)
    return compared.error();
  return std::move(verifier.result);
}

fallible<verification> repair_production(const production_options& options) {
  auto stores = open_both(options, production_use::serve);
  if (!stores)
    return stores.error();
  auto& ledger = stores->ledger->ledger();
  if (auto held = ledger.hold(limits::lease_ttl); !held)
    return held.error();
  held_ledger until_done{ledger};
  production_verifier verifier{*stores->ledger, *stores->sql};
  if (auto compared = verifier.compare_all(); !compared)
    return compared.error();
  std::unordered_set<section_id> repaired;
  for (const auto& rows : verifier.repairable) {
    // Each call shorter than the lease, so that it is still ours.
    if (auto held = ledger.hold(limits::lease_ttl); !held)
      return held.error();
    const auto& id = rows.header.section;
    audit_entry why{"registrar verify --repair", "section projected",
                    id.to_string(),
                    "SQL's rows replaced by the ledger's at sequence "
                      + std::to_string(rows.header.sequence)};
    if (auto noted = stores->sql->note(why); !noted)
      return noted.error();
    if (auto put = stores->sql->project(rows); !put)
      return put.error();
    repaired.insert(id);
    verifier.result.repaired.push_back(id);
  }
  auto& found = verifier.result.differences;
  std::erase_if(
    found, [&](const difference& x) { return repaired.contains(x.section); });
  if (auto compared = compare_keys(options, verifier.result); !compared)
    return compared.error();
  return std::move(verifier.result);
}

} // namespace registrar
