#include "storage/redis/seat_ledger.hpp"

#include "messages/assertion.hpp"
#include "storage/redis/codec.hpp"
#include "storage/redis/keys.hpp"
#include "storage/redis/ledger_failures.hpp"
#include "storage/redis/ledger_loading.hpp"

#include <algorithm>
#include <array>

namespace registrar {

using namespace redis_failures;

namespace {

/// Students in one standing.lua: about 1 ms of Redis' time.
constexpr std::size_t standing_per_script = 1000;

fallible<seat_ledger::decision> decision_in(redis_value reply,
                                            const decide_batch& batch) {
  seat_ledger::decision result;
  if (auto name = reply[0].text(); !name.empty()) {
    result.answer.error = named(name, batch.section);
    return result;
  }
  auto header = redis_codec::take_header(batch.section, reply[1].text());
  auto first_entry = 2 + batch.commands.size();
  if (!header || reply.size() < first_entry)
    return corrupt("an answer without a header");
  result.answer.header = *header;
  result.answer.outcomes.reserve(batch.commands.size());
  for (std::size_t i = 2; i < first_entry; ++i) {
    auto outcome = redis_codec::take_memo(reply[i].text());
    if (!outcome)
      return corrupt("the outcome " + std::string{reply[i].text()});
    result.answer.outcomes.push_back(std::move(*outcome));
  }
  result.entries.reserve(reply.size() - first_entry);
  for (auto i = first_entry; i < reply.size(); ++i) {
    auto entry = redis_codec::take_entry(reply[i].text());
    if (!entry)
      return corrupt("the entry " + std::string{reply[i].text()});
    result.entries.push_back(std::move(*entry));
  }
  return result;
}

seat_ledger::decision failed(failure why) {
  seat_ledger::decision result;
  result.answer.error = std::move(why);
  return result;
}

} // namespace

// -- ownership ----------------------------------------------------------------

fallible<done> redis_seat_ledger::hold(std::chrono::milliseconds ttl) {
  if (!claim_)
    return done{};
  // Nobody holds what is not there.
  if (auto is_there = ping(); !is_there)
    return is_there;
  return take_leases(redis_, *claim_, partitions_, ttl);
}

fallible<partition_set> redis_seat_ledger::take(std::chrono::milliseconds ttl) {
  if (!claim_)
    return all_partitions();
  // Nobody holds what is not there.
  if (auto is_there = ping(); !is_there)
    return is_there.error();
  return take_free_leases(redis_, *claim_, partitions_, ttl);
}

fallible<done> redis_seat_ledger::let_go() {
  return claim_ ? end_leases(redis_, *claim_, partitions_) : done{};
}

fallible<done> redis_seat_ledger::fence(const epoch& owner) {
  auto before = current_epoch();
  if (!before)
    return before.error();
  auto refused = [&](std::string_view highest) {
    return failure{ec::fenced, "The ledger is owned under epoch "
                                 + std::string{highest}
                                 + "; a new owner needs a higher one than "
                                 + std::to_string(owner.number) + "."};
  };
  if (owner.number <= before->number)
    return refused(std::to_string(before->number));
  redis_pipeline all;
  for (auto p : partitions_)
    all.start(fence_script, {redis_keys::epoch(p)})
      .add(owner.number)
      .add(owner.token);
  auto replies = redis_.run(all);
  if (!replies)
    return replies.error();
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    auto reply = (*replies)[i];
    if (reply.is_error())
      return refusal_of(reply.text());
    if (reply.is_nil())
      return lost_epoch(partitions_[i]);
    if (!reply.text().empty())
      return refused(reply.text());
  }
  has_fenced_ = true;
  std::vector<std::pair<student_id, bool>> told;
  for (const auto& student : inactive_)
    told.emplace_back(student, false);
  return mark(told);
}

fallible<epoch> redis_seat_ledger::current_epoch() {
  redis_pipeline all;
  for (auto p : partitions_)
    all.call("HMGET", redis_keys::epoch(p), "number", "token");
  auto replies = redis_.read(all);
  if (!replies)
    return replies.error();
  epoch highest;
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    auto reply = (*replies)[i];
    if (reply[0].is_nil() || reply[1].is_nil())
      return lost_epoch(partitions_[i]);
    field_reader number{reply[0].text()};
    field_reader token{reply[1].text()};
    epoch found{number.take_number<std::uint64_t>(),
                token.take_number<std::uint64_t>()};
    if (!number.is_good() || !token.is_good())
      return corrupt("the epoch of partition "
                     + std::to_string(partitions_[i]));
    if (found.number > highest.number)
      highest = found;
  }
  return highest;
}

// -- decisions ----------------------------------------------------------------

std::vector<redis_seat_ledger::partition_batches>
redis_seat_ledger::by_partition(std::span<const decide_batch> batches) {
  std::vector<partition_batches> result;
  std::array<std::size_t, partition_count> number{};
  for (std::size_t i = 0; i < batches.size(); ++i) {
    auto partition = partition_of(batches[i].section);
    auto& at = number[partition];
    if (at == 0) {
      result.push_back({partition, {}});
      at = result.size();
    }
    result[at - 1].batches.push_back(i);
  }
  return result;
}

void redis_seat_ledger::add_batch(redis_pipeline& out,
                                  const decide_batch& batch,
                                  timestamp at) const {
  redis_codec::add_batch(out, batch, at, [this](const student_id& student) {
    return inactive_.empty() || !inactive_.contains(student);
  });
}

std::vector<seat_ledger::decision>
redis_seat_ledger::execute(std::span<const decide_batch> batches,
                           timestamp at) {
  redis_pipeline all;
  ask(all, batches, at);
  std::size_t first = 0;
  return take(redis_.run(all), first, batches, at);
}

void redis_seat_ledger::ask(redis_pipeline& all,
                            std::span<const decide_batch> batches,
                            timestamp at) const {
  auto parts = by_partition(batches);
  if (parts.empty())
    return;
  std::vector<std::string> keys;
  for (const auto& x : parts)
    keys.push_back(redis_keys::epoch(x.partition));
  all.start(decide_script, keys).add(redis_codec::milliseconds_of(at));
  for (const auto& x : parts) {
    all.add(std::uint64_t{x.batches.size()});
    for (auto i : x.batches)
      add_batch(all, batches[i], at);
  }
}

std::vector<seat_ledger::decision>
redis_seat_ledger::take(const fallible<redis_replies>& replies,
                        std::size_t& next,
                        std::span<const decide_batch> batches, timestamp at) {
  std::vector<decision> result(batches.size());
  if (batches.empty())
    return result;
  auto index = next++;
  auto has_failed_midway = false;
  std::size_t k = 0;
  for (const auto& part : by_partition(batches))
    for (auto i : part.batches) {
      auto place = k++;
      if (!replies) {
        result[i] = failed(replies.error());
        continue;
      }
      auto reply = (*replies)[index];
      auto why = reply.is_error() ? refusal_of(reply.text()) : failure{};
      if (why.code == ec::in_doubt) {
        has_failed_midway = true;
        result[i] = execute_one_by_one(batches[i], at);
      } else if (why.code != ec::none) {
        result[i] = failed(why);
      } else {
        auto decided = decision_in(reply[place], batches[i]);
        result[i] = decided ? std::move(*decided) : failed(decided.error());
      }
    }
  if (has_failed_midway)
    redis_.close("a script failed midway; its journal must be read");
  return result;
}

seat_ledger::decision
redis_seat_ledger::execute_one_by_one(const decide_batch& batch, timestamp at) {
  auto part = batch;
  part.commands.clear();
  auto result = execute_alone(part, at);
  for (const auto& command : batch.commands) {
    if (result.answer.error.code != ec::none)
      break;
    part.commands.assign(1, command);
    auto decided = execute_alone(part, at);
    auto& answer = result.answer;
    answer.error = decided.answer.error;
    answer.header = decided.answer.header;
    std::move(decided.answer.outcomes.begin(), decided.answer.outcomes.end(),
              std::back_inserter(answer.outcomes));
    std::move(decided.entries.begin(), decided.entries.end(),
              std::back_inserter(result.entries));
  }
  if (result.answer.error.code == ec::none)
    return result;
  // Of this batch, the commands before may have taken effect.
  return failed({ec::in_doubt, result.answer.error.detail});
}

seat_ledger::decision
redis_seat_ledger::execute_alone(const decide_batch& batch, timestamp at) {
  redis_pipeline one;
  one.start(decide_script, {redis_keys::epoch(partition_of(batch.section))});
  one.add(redis_codec::milliseconds_of(at)).add(1);
  add_batch(one, batch, at);
  auto replies = redis_.run(one);
  if (!replies)
    return failed(replies.error());
  auto reply = (*replies)[0];
  if (reply.is_error())
    return failed(refusal_of(reply.text()));
  auto decided = decision_in(reply[0], batch);
  return decided ? std::move(*decided) : failed(decided.error());
}

// -- standing -----------------------------------------------------------------

fallible<done> redis_seat_ledger::set_standing(
  std::span<const std::pair<student_id, bool>> is_active) {
  std::vector<std::pair<student_id, bool>> told;
  for (const auto& [student, active] : is_active) {
    auto was_inactive = inactive_.contains(student);
    if (active)
      inactive_.erase(student);
    else
      inactive_.insert(student);
    if (!active || was_inactive || !has_fenced_)
      told.emplace_back(student, active);
  }
  return mark(told);
}

fallible<done> redis_seat_ledger::mark(
  std::span<const std::pair<student_id, bool>> is_active) {
  while (!is_active.empty()) {
    auto part
      = is_active.first(std::min(is_active.size(), standing_per_script));
    is_active = is_active.subspan(part.size());
    redis_pipeline all;
    for (auto p : partitions_) {
      all.start(standing_script, {redis_keys::epoch(p)});
      for (const auto& [student, active] : part)
        all.add(student.to_string()).add(active ? "1" : "0");
    }
    // To say it again does no harm: a lost answer leaves no doubt that matters.
    if (auto replies = redis_.tell(all); !replies)
      return replies.error();
  }
  return done{};
}

fallible<done> redis_seat_ledger::restore(const epoch& owner,
                                          const section_rows& rows) {
  return load_section(redis_, owner, rows);
}

fallible<done> redis_seat_ledger::ping() {
  redis_pipeline one;
  one.call("GET", redis_keys::ledger_id);
  auto replies = redis_.read(one);
  if (!replies)
    return replies.error();
  if ((*replies)[0].is_nil())
    return failure{ec::ledger_lost, "Redis has lost the ledger; run "
                                    "`registrar rebuild-ledger`."};
  return done{};
}

} // namespace registrar
