#include "storage/redis/self_check.hpp"

#include <optional>

namespace registrar {

namespace {

/// The oldest that our scripts are tested on.
constexpr std::uint32_t version_min = 7;

/// What must be so, and what follows where it is not.
struct wanted_setting {
  std::string_view name;
  std::string_view value;
  std::string_view otherwise;
};

constexpr wanted_setting wanted_settings[] = {
  {"maxmemory-policy", "noeviction",
   "it may throw away seats and memos when memory runs short, so that no "
   "acknowledged answer is safe (P2) and a section may be oversold (P1)"},
  {"appendonly", "yes", "it forgets acknowledged answers when it ends (P2)"},
  {"appendfsync", "always",
   "it forgets the acknowledged answers of about a second when its machine "
   "fails (P2)"},
  {"no-appendfsync-on-rewrite", "no",
   "it forgets acknowledged answers when its machine fails while the "
   "append-only file is rewritten (P2)"},
};

std::optional<std::string_view> fact(const redis_facts& facts,
                                     std::string_view name) {
  auto at = facts.find(name);
  if (at == facts.end())
    return std::nullopt;
  return at->second;
}

/// The number at the front, or 0.
std::uint32_t number_at(std::string_view text) {
  std::uint32_t result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

/// A line `name:value` of INFO.
std::string line_of(std::string_view info, std::string_view name) {
  auto begin = info.find(std::string{name} + ":");
  if (begin == info.npos)
    return {};
  info.remove_prefix(begin + name.size() + 1);
  return std::string{info.substr(0, info.find_first_of("\r\n"))};
}

} // namespace

fallible<redis_facts> read_redis_facts(redis_connection& redis) {
  redis_pipeline all;
  for (const auto& x : wanted_settings)
    all.call("CONFIG", "GET", x.name);
  all.call("INFO", "server");
  all.call("ROLE");
  auto replies = redis.try_read(all);
  if (!replies)
    return replies.error();
  redis_facts result;
  for (std::size_t i = 0; i < std::size(wanted_settings); ++i)
    if (auto reply = (*replies)[i]; reply.size() == 2)
      result[std::string{wanted_settings[i].name}] = reply[1].text();
  auto version
    = line_of((*replies)[std::size(wanted_settings)].text(), "redis_version");
  if (!version.empty())
    result["redis_version"] = std::move(version);
  auto role = (*replies)[std::size(wanted_settings) + 1];
  if (role[0].text() == "master")
    result["replicas"] = std::to_string(role[2].size());
  return result;
}

std::vector<std::string> self_check_findings(const redis_facts& facts) {
  std::vector<std::string> result;
  for (const auto& x : wanted_settings) {
    auto is = fact(facts, x.name);
    if (is == x.value)
      continue;
    auto name = std::string{x.name};
    result.push_back((is ? "Redis has " + name + " " + std::string{*is} + ": "
                         : "Redis does not say what " + name
                             + " is; if it is not " + std::string{x.value}
                             + ", ")
                     + std::string{x.otherwise} + "; set " + name + " "
                     + std::string{x.value} + ".");
  }
  auto version = fact(facts, "redis_version");
  if (!version || number_at(*version) < version_min)
    result.push_back("Redis "
                     + (version ? "is version " + std::string{*version}
                                : std::string{"does not say its version"})
                     + ", and the ledger's scripts are tested from "
                     + std::to_string(version_min) + ".0 on; use a newer one.");
  return result;
}

std::string replica_finding(const redis_facts& facts,
                            std::uint32_t replicas_min) {
  if (replicas_min == 0)
    return {};
  auto replicas = fact(facts, "replicas");
  if (!replicas)
    return "Redis does not say that it is a primary with replicas; let its "
           "user call ROLE.";
  if (number_at(*replicas) >= replicas_min)
    return {};
  return "Redis has " + std::string{*replicas} + " connected replicas, and "
         + std::to_string(replicas_min)
         + " must have what is answered: nothing is until they are there; "
           "start them, or set redis.replicas_min lower and lose what was "
           "acknowledged when the primary is lost (P2).";
}

} // namespace registrar
