#include "cli/rehearse/rehearsal_report.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace registrar::rehearsal;
using namespace std::chrono_literals;

namespace {

rehearsal_report one_phase() {
  rehearsal_report result;
  result.name = "homework";
  result.seed = 7;
  phase p;
  p.name = "register";
  p.figures = {{"sections", 320}};
  p.load.answered = 2;
  p.load.by_status = {{0, 1}, {200, 2}};
  p.load.latency.record(2ms);
  p.load.latency.record(4ms);
  p.load.elapsed = 2s;
  result.phases.push_back(std::move(p));
  return result;
}

} // namespace

TEST_CASE("latencies are shown in the unit that reads best") {
  CHECK(to_text(830us) == "830 us");
  CHECK(to_text(1234us) == "1.2 ms");
  CHECK(to_text(2400ms) == "2.4 s");
}

TEST_CASE("the verdict says all is well, or names what is not") {
  auto report = one_phase();
  CHECK(to_text(report).find("All invariants hold") != std::string::npos);
  for (auto i = 0; i < 30; ++i)
    report.violations.push_back({"oversold", "CSE 101"});
  auto text = to_text(report);
  CHECK(text.find("All invariants hold") == std::string::npos);
  CHECK(text.find("oversold: CSE 101") != std::string::npos);
  CHECK(text.find("and 10 more") != std::string::npos);
  CHECK(text.find("--seed 7") != std::string::npos);
}

TEST_CASE("programs get everything") {
  auto report = one_phase();
  report.violations.push_back({"oversold", "CSE 101"});
  auto parsed = nlohmann::json::parse(to_json(report));
  CHECK(parsed["seed"] == 7);
  CHECK(parsed["violations"][0]["invariant"] == "oversold");
  auto& phase = parsed["phases"][0];
  CHECK(phase["answered"] == 2);
  CHECK(phase["by_status"]["lost"] == 1);
  CHECK(phase["per_second"] == 1.0);
  CHECK(phase["figures"]["sections"] == 320);
  CHECK(phase["latency_ms"]["max"] == 4.0);
}
