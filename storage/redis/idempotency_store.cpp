#include "storage/redis/idempotency_store.hpp"

#include "storage/redis/codec.hpp"
#include "storage/redis/keys.hpp"

#include <algorithm>

namespace registrar {

namespace {

/// Keys in one script. On one Redis many are cheaper; a cluster, where each key
/// may lie elsewhere, would need 1.
constexpr std::size_t keys_per_script = 64;

/// What begin_keys.lua answers beyond `key_state`.
constexpr std::int64_t state_fenced = 4;

static_assert(static_cast<int>(key_state::begun) == 0);
static_assert(static_cast<int>(key_state::in_flight) == 1);
static_assert(static_cast<int>(key_state::stored) == 2);
static_assert(static_cast<int>(key_state::mismatch) == 3);

/// Runs a script over all inputs, some at a time, in one round trip.
/// @param start adds a script with the keys of a part, and its arguments.
/// @param take makes an answer of an input's reply.
template <class Answer, class Input, class Start, class Take>
std::vector<Answer> for_each(redis_connection& redis,
                             std::span<const Input> inputs, Start start,
                             Take take) {
  redis_pipeline all;
  for (auto left = inputs; !left.empty();) {
    auto part = left.first(std::min(left.size(), keys_per_script));
    left = left.subspan(part.size());
    std::vector<std::string> keys;
    for (const auto& x : part)
      keys.push_back(redis_keys::idempotency(x.scope));
    start(all, keys, part);
  }
  std::vector<Answer> result(inputs.size());
  auto replies = redis.run(all);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!replies) {
      result[i].error = replies.error();
      continue;
    }
    auto reply = (*replies)[i / keys_per_script];
    if (reply.is_error())
      result[i].error = refusal_of(reply.text());
    else
      result[i] = take(reply[i % keys_per_script]);
  }
  return result;
}

key_begun begun_in(redis_value reply) {
  key_begun result;
  if (reply[0].number() == state_fenced) {
    result.error = {ec::fenced, "A later run of the service began this key."};
    return result;
  }
  result.state = static_cast<key_state>(reply[0].number());
  result.attempt = static_cast<std::uint32_t>(reply[1].number());
  result.retry_after = std::chrono::milliseconds{reply[2].number()};
  result.response = reply[3].text();
  return result;
}

} // namespace

std::vector<key_begun>
redis_idempotency_store::begin(std::span<const begin_key> keys, timestamp at) {
  using std::chrono::milliseconds;
  auto start = [&](redis_pipeline& all, const std::vector<std::string>& names,
                   std::span<const begin_key> part) {
    all.start(begin_keys_script, names);
    all.add(redis_codec::milliseconds_of(at)).add(incarnation_);
    all.add(milliseconds{limits::redis_expiry_margin}.count());
    for (const auto& x : part)
      all.add(redis_codec::fingerprint_text(x.fingerprint))
        .add(x.lease.count())
        .add(x.ttl.count());
  };
  return for_each<key_begun>(redis_, keys, start, begun_in);
}

std::vector<key_completed>
redis_idempotency_store::complete(std::span<const complete_key> keys,
                                  timestamp at) {
  auto start = [&](redis_pipeline& all, const std::vector<std::string>& names,
                   std::span<const complete_key> part) {
    all.start(complete_keys_script, names);
    all.add(redis_codec::milliseconds_of(at));
    for (const auto& x : part) {
      all.add(x.attempt).add(x.keep ? "1" : "0");
      all.add(x.keep ? std::string_view{x.response} : std::string_view{});
    }
  };
  return for_each<key_completed>(redis_, keys, start, [](redis_value reply) {
    key_completed result;
    result.accepted = reply[0].number() == 1;
    result.response = reply[1].text();
    return result;
  });
}

fallible<key_begun> redis_idempotency_store::look_up(const key_scope& scope,
                                                     timestamp at) {
  auto name = redis_keys::idempotency(scope);
  redis_pipeline one;
  one.call("GET", name);
  auto replies = redis_.read(one);
  if (!replies)
    return replies.error();
  std::optional<key_record> record;
  if (auto reply = (*replies)[0]; !reply.is_nil()) {
    record = redis_codec::take_key(reply.text());
    if (!record)
      return failure{ec::store_corrupt,
                     "Redis holds no record of ours under " + name + "."};
  }
  return key_rules::look_up(record, at);
}

} // namespace registrar
