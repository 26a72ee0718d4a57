#include "cli/top/poller.hpp"
#include "tests/unit/cli/top/top_fixture.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <map>
#include <utility>

using namespace registrar;
using namespace registrar::top;
using namespace registrar::test;
using namespace std::chrono_literals;

namespace {

/// Longest wait for anything that must happen; reached only on failure.
constexpr auto patience = 20s;
/// Far longer than any test may take.
constexpr auto for_ever = std::chrono::milliseconds{600'000};

constexpr auto overview = "/api/v1/ops/overview";
const question acts{view::acts, "/api/v1/ops/acts"};
const question journal{view::journal, "/api/v1/ops/journal"};

/// Answers by path; waits where it is told to, until it is cancelled.
class canned_source : public document_source {
public:
  fallible<reply> get(const std::string& path) override {
    std::unique_lock lock{mutex_};
    ++asked_[path];
    news_.notify_all();
    if (waits)
      news_.wait(lock, [this] { return is_cancelled_; });
    if (is_cancelled_)
      return failure{ec::shutting_down, "cancelled"};
    auto found = answers.find(path);
    if (found == answers.end())
      return failure{ec::dependency_unavailable, "No answer."};
    return found->second;
  }

  void cancel() override {
    std::lock_guard lock{mutex_};
    is_cancelled_ = true;
    news_.notify_all();
  }

  /// Whether it was asked so often, in time.
  bool is_asked(const std::string& path, int times) {
    std::unique_lock lock{mutex_};
    return news_.wait_for(lock, patience,
                          [&] { return asked_[path] >= times; });
  }

  int asked(const std::string& path) {
    std::lock_guard lock{mutex_};
    return asked_[path];
  }

  std::map<std::string, reply> answers{
    {overview, {200, R"({"ready": true})"}},
    {acts.path, {200, R"({"acts": []})"}},
    {journal.path, {200, R"({"workers": []})"}}};
  bool waits = false;

private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::map<std::string, int> asked_;
  bool is_cancelled_ = false;
};

} // namespace

TEST_CASE("a look takes the overview and what the view shows") {
  canned_source source;
  documents seen;
  look(source, acts, seen);
  CHECK_FALSE(seen.is_gone());
  CHECK(seen.overview.content.at("ready") == true);
  CHECK(seen.overview.text == R"({"ready": true})");
  CHECK(seen.acts.content.contains("acts"));
  CHECK(seen.journal.content.is_null());
}

TEST_CASE("what was seen stays when the service goes, with since when") {
  canned_source source;
  documents seen;
  look(source, acts, seen);
  auto at = seen.at;
  auto answers = std::exchange(source.answers, {});
  look(source, acts, seen);
  CHECK(seen.failure == "No answer.");
  auto since = seen.failing_since;
  look(source, acts, seen);
  CHECK(seen.failing_since == since);
  CHECK(seen.at == at);
  CHECK(seen.acts.content.contains("acts"));
  source.answers = answers;
  look(source, acts, seen);
  CHECK_FALSE(seen.is_gone());
}

TEST_CASE("a refusal is said with its sentence, of the view it concerns") {
  canned_source source;
  documents seen;
  source.answers[acts.path] = {503, R"({"detail": "Not now."})"};
  look(source, acts, seen);
  CHECK_FALSE(seen.is_gone());
  CHECK(seen.acts.problem
        == "The server answered 503 to /api/v1/ops/acts: Not now.");
  source.answers[overview] = {404, "nothing here"};
  look(source, acts, seen);
  CHECK(seen.failure.find("another version") != std::string::npos);
}

TEST_CASE("an answer that is no object is a problem") {
  canned_source source;
  for (const auto* body : {"", "[]", "{", "{\"a\": 1, \"a\": 2}"}) {
    documents seen;
    source.answers[acts.path] = {200, body};
    look(source, acts, seen);
    CHECK(seen.acts.problem.find("no JSON object") != std::string::npos);
  }
}

TEST_CASE("another question is asked at once") {
  canned_source source;
  std::atomic<int> news{0};
  poller uut{source, for_ever, acts, {}, [&] { ++news; }};
  uut.want(journal, false);
  REQUIRE(source.is_asked(journal.path, 1));
  CHECK(source.asked(acts.path) == 0);
  uut.want(acts, false);
  REQUIRE(source.is_asked(acts.path, 1));
}

TEST_CASE("it looks again and again, but not while it is paused") {
  canned_source source;
  poller uut{source, 1ms, acts, {}, [] {}};
  REQUIRE(source.is_asked(acts.path, 3));
  uut.want(acts, true);
  // What was under way is over once another question was asked, and answered.
  uut.want(journal, false);
  REQUIRE(source.is_asked(journal.path, 1));
  uut.want(journal, true);
  uut.want(acts, true);
  auto before = source.asked(acts.path);
  uut.want(journal, true);
  uut.want(journal, false);
  REQUIRE(source.is_asked(journal.path, 3));
  CHECK(source.asked(acts.path) == before);
}

TEST_CASE("a service that never answers holds up no end") {
  canned_source source;
  source.waits = true;
  poller uut{source, 1ms, acts, {}, [] {}};
  REQUIRE(source.is_asked(overview, 1));
  // Its destructor must not wait for the answer.
}
