#include "storage/redis/self_check.hpp"

#include <doctest/doctest.h>

using namespace registrar;

namespace {

redis_facts good() {
  return {
    {"maxmemory-policy", "noeviction"}, {"appendonly", "yes"},
    {"appendfsync", "always"},          {"no-appendfsync-on-rewrite", "no"},
    {"redis_version", "7.0.15"},        {"replicas", "1"}};
}

} // namespace

TEST_CASE("a Redis that forgets nothing has no findings") {
  CHECK(self_check_findings(good()).empty());
}

TEST_CASE("each way to forget is one sentence that says what to set") {
  const std::pair<const char*, const char*> ways[] = {
    {"maxmemory-policy", "allkeys-lru"}, {"appendonly", "no"},
    {"appendfsync", "everysec"},         {"no-appendfsync-on-rewrite", "yes"},
    {"redis_version", "6.2.1"},
  };
  auto all = good();
  for (const auto& [name, value] : ways) {
    CAPTURE(name);
    auto facts = good();
    facts[name] = value;
    all[name] = value;
    auto found = self_check_findings(facts);
    REQUIRE(found.size() == 1);
    CHECK(found[0].find(value) != std::string::npos);
    CHECK(found[0].ends_with('.'));
  }
  CHECK(self_check_findings(all).size() == std::size(ways));
}

TEST_CASE("a Redis that hides its settings is not trusted") {
  CHECK(self_check_findings({}).size() == 5);
}

TEST_CASE("fewer replicas than must have an answer are said") {
  CHECK(replica_finding(good(), 0).empty());
  CHECK(replica_finding(good(), 1).empty());
  auto lacking = replica_finding(good(), 2);
  CHECK(lacking.find("1 connected replicas, and 2 must") != std::string::npos);
  CHECK(!replica_finding({}, 1).empty());
  CHECK(replica_finding({}, 0).empty());
}
