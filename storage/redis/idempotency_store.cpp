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

/// Adds a script for some of the inputs at a time.
/// @param start adds it with the keys of a part, and its arguments.
template <class Input, class Start>
void ask_each(redis_pipeline& all, std::span<const Input> inputs, Start start) {
  while (!inputs.empty()) {
    auto part = inputs.first(std::min(inputs.size(), keys_per_script));
    inputs = inputs.subspan(part.size());
    std::vector<std::string> keys;
    for (const auto& x : part)
      keys.push_back(redis_keys::idempotency(x.scope));
    start(all, keys, part);
  }
}

/// @param take makes an answer of an input's reply.
template <class Answer, class Take>
std::vector<Answer> take_each(const fallible<redis_replies>& replies,
                              std::size_t& next, std::size_t count, Take take) {
  std::vector<Answer> result(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!replies) {
      result[i].error = replies.error();
      continue;
    }
    auto reply = (*replies)[next + i / keys_per_script];
    if (reply.is_error())
      result[i].error = refusal_of(reply.text());
    else
      result[i] = take(reply[i % keys_per_script]);
  }
  next += (count + keys_per_script - 1) / keys_per_script;
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

key_completed completed_in(redis_value reply) {
  key_completed result;
  result.accepted = reply[0].number() == 1;
  result.response = reply[1].text();
  return result;
}

} // namespace

void redis_idempotency_store::ask_begin(redis_pipeline& all,
                                        std::span<const begin_key> keys,
                                        timestamp at) const {
  using std::chrono::milliseconds;
  ask_each(all, keys,
           [&](redis_pipeline& out, const std::vector<std::string>& names,
               std::span<const begin_key> part) {
             out.start(begin_keys_script, names);
             out.add(redis_codec::milliseconds_of(at)).add(incarnation_);
             out.add(milliseconds{limits::redis_expiry_margin}.count());
             out.add(is_clustered_ ? "1" : "0");
             for (const auto& x : part)
               out.add(redis_codec::fingerprint_text(x.fingerprint))
                 .add(x.lease.count())
                 .add(x.ttl.count());
           });
}

std::vector<key_begun>
redis_idempotency_store::take_begun(const fallible<redis_replies>& replies,
                                    std::size_t& next, std::size_t count) {
  return take_each<key_begun>(replies, next, count, begun_in);
}

void redis_idempotency_store::ask_complete(redis_pipeline& all,
                                           std::span<const complete_key> keys,
                                           timestamp at) const {
  ask_each(all, keys,
           [&](redis_pipeline& out, const std::vector<std::string>& names,
               std::span<const complete_key> part) {
             out.start(complete_keys_script, names);
             out.add(redis_codec::milliseconds_of(at));
             for (const auto& x : part) {
               out.add(x.attempt).add(x.keep ? "1" : "0");
               out.add(x.keep ? std::string_view{x.response}
                              : std::string_view{});
             }
           });
}

std::vector<key_completed>
redis_idempotency_store::take_completed(const fallible<redis_replies>& replies,
                                        std::size_t& next, std::size_t count) {
  return take_each<key_completed>(replies, next, count, completed_in);
}

std::vector<key_begun>
redis_idempotency_store::begin(std::span<const begin_key> keys, timestamp at) {
  redis_pipeline all;
  ask_begin(all, keys, at);
  std::size_t first = 0;
  return take_begun(redis_.run(all), first, keys.size());
}

std::vector<key_completed>
redis_idempotency_store::complete(std::span<const complete_key> keys,
                                  timestamp at) {
  redis_pipeline all;
  ask_complete(all, keys, at);
  std::size_t first = 0;
  return take_completed(redis_.run(all), first, keys.size());
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
