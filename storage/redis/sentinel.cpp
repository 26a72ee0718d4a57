#include "storage/redis/sentinel.hpp"

#include <algorithm>

namespace registrar {

namespace {

using namespace std::chrono_literals;

/// Of each of the two: a sentinel answers from memory, and the next one knows
/// as much.
constexpr redis_timeouts sentinel_timeouts{250ms, 250ms};

failure silent(const std::string& what) {
  return {ec::dependency_unavailable, what};
}

fallible<redis_address> ask_sentinel(const redis_address& sentinel,
                                     const redis_options& options) {
  auto who = "The sentinel at " + sentinel.place();
  auto link = redis_connection::connect(sentinel, sentinel_timeouts);
  if (!link)
    return silent(who + " does not answer: " + link.error().detail);
  redis_pipeline one;
  one.call("SENTINEL", "get-master-addr-by-name", options.sentinel_master);
  auto replies = (*link)->try_read(one);
  if (!replies)
    return silent(who + " does not answer: " + replies.error().detail);
  auto reply = (*replies)[0];
  if (reply.is_error())
    return silent(who + " refuses: " + std::string{reply.text()} + ".");
  auto port = reply[1].number();
  if (reply[0].text().empty() || port < 1 || port > 65535)
    return silent(who + " knows no primary named " + options.sentinel_master
                  + ".");
  auto result = options.address;
  result.host = reply[0].text();
  result.port = static_cast<std::uint16_t>(port);
  return result;
}

/// A primary, and how many replicas it has.
struct primary {
  std::unique_ptr<redis_connection> redis;
  std::size_t replicas = 0;
};

fallible<primary> open_primary(const redis_address& address,
                               const redis_options& options) {
  auto redis
    = redis_connection::open(address, options.timeouts, options.replicas_min);
  if (!redis)
    return redis.error();
  auto replicas = count_replicas(**redis);
  if (!replicas)
    return replicas.error();
  return primary{std::move(*redis), *replicas};
}

} // namespace

fallible<std::vector<redis_address>> parse_sentinels(std::string_view text) {
  std::vector<redis_address> result;
  while (!text.empty()) {
    auto comma = std::min(text.find(','), text.size());
    auto item = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    auto parsed = redis_address::parse("redis://" + std::string{item});
    // The rest of what a URL may say is not for a sentinel.
    if (!parsed || parsed->place() != item)
      return failure{ec::invalid_value, "Among the sentinels, \""
                                          + std::string{item}
                                          + "\" is no HOST:PORT; write "
                                            "HOST:PORT,HOST:PORT."};
    result.push_back(std::move(*parsed));
  }
  return result;
}

std::string place_of(const redis_options& options) {
  if (options.sentinels.empty())
    return "Redis at " + options.address.to_string();
  return "the Redis that the sentinels name " + options.sentinel_master;
}

fallible<std::unique_ptr<redis_connection>>
open_redis(const redis_options& options) {
  if (options.sentinels.empty())
    return redis_connection::open(options.address, options.timeouts,
                                  options.replicas_min);
  failure why{ec::dependency_unavailable,
              "No sentinel names a primary that answers."};
  std::vector<redis_address> tried;
  std::unique_ptr<redis_connection> lonely;
  for (const auto& sentinel : options.sentinels) {
    auto named = ask_sentinel(sentinel, options);
    if (!named) {
      why.detail += ' ' + named.error().detail;
      continue;
    }
    if (std::find(tried.begin(), tried.end(), *named) != tried.end())
      continue;
    tried.push_back(*named);
    auto found = open_primary(*named, options);
    if (!found) {
      if (found.error().code == ec::store_unusable)
        why.code = ec::store_unusable;
      why.detail += ' ' + found.error().detail;
      continue;
    }
    if (found->replicas >= options.replicas_min)
      return std::move(found->redis);
    if (!lonely)
      lonely = std::move(found->redis);
  }
  if (lonely)
    return lonely;
  return why;
}

fallible<std::size_t> count_replicas(redis_connection& redis) {
  redis_pipeline one;
  one.call("ROLE");
  auto replies = redis.read(one);
  if (!replies)
    return replies.error();
  auto role = (*replies)[0];
  if (role[0].text() == "master")
    return role[2].size();
  redis.close("it is a replica and decides nothing");
  return redis.state();
}

} // namespace registrar
