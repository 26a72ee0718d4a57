#include "tests/unit/redis/redis_ledger.hpp"

#include <thread>

using namespace registrar;
using namespace registrar::test;
using namespace std::chrono_literals;

namespace {

/// Makes Redis forgetful, for as long as this lives.
class changed_setting {
public:
  changed_setting(redis_connection& redis, std::string name,
                  std::string_view value)
    : redis_(redis), name_(std::move(name)),
      before_(ask(redis, "CONFIG", "GET", name_)[0][1].text()) {
    auto set = ask(redis, "CONFIG", "SET", name_, value);
    REQUIRE(set[0].text() == "OK");
  }

  changed_setting(const changed_setting&) = delete;
  changed_setting& operator=(const changed_setting&) = delete;

  ~changed_setting() {
    redis_pipeline one;
    one.call("CONFIG", "SET", name_, before_);
    CHECK(bool(redis_.tell(one)));
    // A file that is turned on is written anew first, and Redis does not end
    // meanwhile.
    auto deadline = std::chrono::steady_clock::now() + 30s;
    while (is_rewriting()) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      std::this_thread::sleep_for(1ms);
    }
  }

private:
  bool is_rewriting() {
    auto info = ask(redis_, "INFO", "persistence");
    auto text = info[0].text();
    return text.find("aof_rewrite_in_progress:0") == text.npos
           || text.find("aof_rewrite_scheduled:0") == text.npos;
  }

  redis_connection& redis_;
  std::string name_;
  std::string before_;
};

} // namespace

TEST_CASE("the Redis of the tests forgets nothing") {
  redis_ledger here;
  CHECK(must_have(check_redis(here.options)).empty());
}

TEST_CASE("each volatile setting is one sentence, and refuses the ledger") {
  const std::pair<const char*, const char*> ways[] = {
    {"maxmemory-policy", "allkeys-lru"},
    {"appendfsync", "everysec"},
    {"no-appendfsync-on-rewrite", "yes"},
    {"appendonly", "no"},
  };
  redis_ledger here;
  for (const auto& [name, value] : ways) {
    CAPTURE(name);
    changed_setting forgetful{*here.side, name, value};
    auto found = must_have(check_redis(here.options));
    REQUIRE(found.size() == 1);
    CHECK(found[0].find(name) != std::string::npos);
    auto refused = open_redis_ledger(here.options);
    REQUIRE(!refused);
    CHECK(refused.error().code == ec::store_unusable);
    CHECK(refused.error().detail.find(found[0]) != std::string::npos);
    auto bold = here.options;
    bold.allow_volatile = true;
    CHECK(bool(open_redis_ledger(bold)));
  }
  changed_setting one{*here.side, ways[0].first, ways[0].second};
  changed_setting two{*here.side, ways[1].first, ways[1].second};
  CHECK(must_have(check_redis(here.options)).size() == 2);
}

TEST_CASE("too few replicas are said beside what else is wrong") {
  redis_ledger here;
  here.options.replicas_min = 2;
  changed_setting forgetful{*here.side, "appendfsync", "no"};
  auto found = must_have(check_redis(here.options));
  REQUIRE(found.size() == 2);
  CHECK(found[1].find("0 connected replicas, and 2") != std::string::npos);
}
