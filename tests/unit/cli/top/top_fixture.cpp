#include "tests/unit/cli/top/top_fixture.hpp"

#include <algorithm>
#include <array>

namespace registrar::test {

using namespace top;

moment eight_o_clock() {
  return moment{std::chrono::seconds{1'788'249'600}};
}

json actor(const std::string& name, const json& more) {
  auto result = json::parse(R"({"parent": "root", "kind": "worker", "label": "",
    "state": "running", "messages": 1, "messages_per_second": 0.0, "busy": 0.0,
    "depth": 0, "wait_ms": 0.1, "handling_ms": null, "restarts": 0})");
  result["name"] = name;
  if (more.is_object())
    result.update(more);
  return result;
}

json section(const std::string& course, const json& more) {
  auto result = actor("section/789e0123-e45b-67c8-d901-234567890123", more);
  result["kind"] = "section";
  result["label"] = course;
  return result;
}

json actor_list(std::vector<json> actors) {
  auto count = actors.size();
  return {{"total", count},
          {"matching", count},
          {"by_state", {{"running", count}}},
          {"actors", std::move(actors)}};
}

documents healthy() {
  documents result;
  result.at = eight_o_clock();
  result.overview.content = json::parse(R"({
    "node": {"name": "north", "version": "0.1.0",
             "started_at": "2026-09-01T05:00:00.000Z"},
    "ready": true,
    "dependencies": [{"name": "ledger", "ready": true, "detail": ""},
                     {"name": "sql", "ready": true, "detail": ""}],
    "rates": {"registrations": {"enrolled": 12.5, "waitlisted": 0,
                                "rejected": 3, "undecided": 0},
              "requests": 20, "errors": 0},
    "latency": {"count": 9, "p50_ms": 1.2, "p99_ms": null},
    "in_flight": 3, "connections": 70, "streams": 2,
    "journal": {"uncommitted": 12, "uncommitted_max": 1000000,
                "oldest_ms": 120, "takes_registrations": true},
    "ledger": {"steps_per_second": 100, "commands_per_step": 12,
               "step_ms": 0.8},
    "sections": {"open": 1, "full": 1, "frozen": 0, "inactive": 0, "seats": 60,
                 "seats_taken": 45, "waiting": 1},
    "students": 1000, "dead_letters": 0, "sections_died": 0,
    "process": {"cpu": 0.12, "resident_bytes": 120000000, "threads": 40,
                "open_files": 90},
    "nodes": [{"name": "north", "http": "127.0.0.1:8080", "cluster": null,
               "alive": true, "heartbeat_age_ms": 0, "partitions": 64}]})");
  result.actors.content = actor_list(
    {actor("ledger-worker/0", {{"messages_per_second", 50}}),
     section("CSE 101 A00", {{"messages_per_second", 7}, {"depth", 9}}),
     section("HIST 7 B01", {{"messages_per_second", nullptr},
                            {"state", "stuck"},
                            {"handling_ms", 5400}})});
  result.journal.content = json::parse(R"({"uncommitted": 12,
    "uncommitted_max": 1000000, "takes_registrations": true,
    "takes_drops": true, "oldest_ms": 120,
    "workers": [{"name": "database-sync/0", "state": "running",
                 "last_failure": "", "oldest_ms": 120,
                 "figures": {"waiting": 12, "written": 4711}}],
    "partitions": [{"id": 0, "owner": "north", "epoch": 3, "lease_held": true,
                    "uncommitted": 0},
                   {"id": 1, "owner": "north", "epoch": 3, "lease_held": true,
                    "uncommitted": 12}]})");
  result.acts.content = json::parse(R"({"pending": [], "acts": [
    {"at": "2026-09-01T07:59:00.000Z", "who": "jane", "action":
     "section frozen", "subject": "CSE 101 A00", "reason": "a leak",
     "detail": ""}]})");
  return result;
}

std::vector<std::string> shown(const documents& from, const view_state& state) {
  std::vector<std::string> result;
  for (const auto& line : render(from, state, eight_o_clock()).lines)
    result.push_back(plain_text(line));
  return result;
}

bool has(const std::vector<std::string>& lines, const std::string& part) {
  return std::any_of(lines.begin(), lines.end(), [&](const auto& x) {
    return x.find(part) != std::string::npos;
  });
}

json spoiled(const json& from, random_source& random) {
  static const std::array<json, 10> odd{nullptr,        true,
                                        -1.5,           1e300,
                                        json::array(),  "",
                                        "\x1b[2J\n",    "講義 e\u0301",
                                        json::object(), std::string(400, 'x')};
  if (random.below(8) == 0)
    return odd[random.below(odd.size())];
  if (!from.is_structured())
    return from;
  auto result = from.is_array() ? json::array() : json::object();
  for (const auto& [name, value] : from.items()) {
    if (random.below(16) == 0)
      continue;
    if (from.is_array())
      result.push_back(spoiled(value, random));
    else
      result[name] = spoiled(value, random);
  }
  return result;
}

} // namespace registrar::test
