#include "config/log_level.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

using namespace registrar;
using namespace std::chrono_literals;

namespace {

struct change {
  std::string level;
  std::string why;
};

/// What was put into force, in order.
class changes {
public:
  log_level_switch::apply note() {
    return [this](std::string_view level, const std::string& why) {
      std::lock_guard guard{mutex_};
      all_.push_back({std::string{level}, why});
    };
  }

  /// Until there are so many; fails after 20 s.
  std::vector<change> wait_for(std::size_t count) const {
    auto deadline = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < deadline) {
      {
        std::lock_guard guard{mutex_};
        if (all_.size() >= count)
          return all_;
      }
      std::this_thread::sleep_for(1ms);
    }
    FAIL("there were not so many changes");
    return {};
  }

private:
  mutable std::mutex mutex_;
  std::vector<change> all_;
};

} // namespace

TEST_CASE("a level that is set stays, and the log says who set it") {
  changes seen;
  log_level_switch uut{"warn", seen.note()};
  CHECK(uut.get().level == "warn");
  auto state = uut.set("debug", std::nullopt, "jane");
  CHECK(state.level == "debug");
  CHECK(state.configured == "warn");
  CHECK_FALSE(state.until);
  auto all = seen.wait_for(1);
  CHECK(all[0].level == "debug");
  CHECK(all[0].why == "jane set the log level from warn to debug");
}

TEST_CASE("a level that is set for a while goes back by itself") {
  changes seen;
  log_level_switch uut{"warn", seen.note()};
  auto state = uut.set("trace", 1s, "jane");
  REQUIRE(state.until);
  CHECK(*state.until > now_utc() - 1s);
  auto all = seen.wait_for(2);
  CHECK(all[0].why == "jane set the log level from warn to trace for 1 s");
  CHECK(all[1].level == "warn");
  CHECK(all[1].why == "time set the log level from trace to warn");
  state = uut.get();
  CHECK(state.level == "warn");
  CHECK_FALSE(state.until);
}

TEST_CASE("a later change takes the place of one that would end") {
  changes seen;
  log_level_switch uut{"warn", seen.note()};
  uut.set("trace", 3600s, "jane");
  CHECK_FALSE(uut.set("error", std::nullopt, "joe").until);
  auto state = uut.set("debug", 1s, "jane");
  CHECK(state.until);
  auto all = seen.wait_for(4);
  CHECK(all[3].level == "warn");
  CHECK(all[3].why == "time set the log level from debug to warn");
}

TEST_CASE("a switch that is stopped goes back no more, and ends at once") {
  changes seen;
  log_level_switch uut{"warn", seen.note()};
  uut.set("trace", 3600s, "jane");
  uut.stop();
  CHECK_FALSE(uut.set("debug", 3600s, "jane").until);
  CHECK(uut.get().level == "debug");
}

TEST_CASE("what is configured anew ends every change") {
  changes seen;
  log_level_switch uut{"warn", seen.note()};
  uut.set("trace", 3600s, "jane");
  uut.configure("info");
  CHECK(uut.get().level == "info");
  CHECK(uut.get().configured == "info");
  CHECK_FALSE(uut.get().until);
}

TEST_CASE("levels have names") {
  for (auto name : log_level_names)
    CHECK(is_log_level(name));
  CHECK_FALSE(is_log_level("verbose"));
  CHECK_FALSE(is_log_level(""));
}
