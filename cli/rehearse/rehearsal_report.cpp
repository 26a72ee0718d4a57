#include "cli/rehearse/rehearsal_report.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace registrar::rehearsal {

namespace {

/// More only repeat what the first ones say.
constexpr auto violations_shown = std::size_t{20};

constexpr std::pair<const char*, double> percentiles[]
  = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}};

template <class... Ts>
std::string printed(const char* format, Ts... xs) {
  char buffer[256];
  std::snprintf(buffer, sizeof buffer, format, xs...);
  return buffer;
}

double in_milliseconds(std::chrono::nanoseconds span) {
  return std::chrono::duration<double, std::milli>{span}.count();
}

std::string statuses(const load_report& load) {
  std::string result;
  for (auto& [status, count] : load.by_status)
    result += (result.empty() ? "" : ", ")
              + (status == 0 ? "lost" : std::to_string(status)) + " "
              + std::to_string(count);
  return result;
}

std::string row(const phase& of) {
  auto& load = of.load;
  auto result
    = printed("%-16s %9llu %9.2f s %9.0f/s", of.name.c_str(),
              static_cast<unsigned long long>(load.answered),
              in_milliseconds(load.elapsed) / 1000, load.per_second());
  for (auto& [name, share] : percentiles)
    result += printed(" %9s", to_text(load.latency.percentile(share)).c_str());
  result += printed(" %9s", to_text(load.latency.max()).c_str());
  result += "  " + statuses(load) + "\n";
  if (load.sent_again > 0 || load.given_up > 0)
    result += printed("%16s %9llu sent again, %llu given up\n", "",
                      static_cast<unsigned long long>(load.sent_again),
                      static_cast<unsigned long long>(load.given_up));
  return result;
}

/// A table of the figures, where phases have some.
std::string figures(const std::vector<phase>& phases) {
  std::string result;
  for (auto& phase : phases) {
    if (result.empty() && !phase.figures.empty()) {
      result += "\n";
      for (auto& [name, value] : phase.figures)
        result += printed(" %22s", name.c_str());
      result += "\n";
    }
    for (auto& [name, value] : phase.figures)
      result += printed(
        " %22.*f",
        value == static_cast<double>(static_cast<long long>(value)) ? 0 : 1,
        value);
    result += phase.figures.empty() ? "" : "\n";
  }
  return result;
}

nlohmann::json as_json(const phase& of) {
  auto& load = of.load;
  nlohmann::json latency{{"max", in_milliseconds(load.latency.max())},
                         {"mean", in_milliseconds(load.latency.mean())}};
  for (auto& [name, share] : percentiles)
    latency[name] = in_milliseconds(load.latency.percentile(share));
  auto by_status = nlohmann::json::object();
  for (auto& [status, count] : load.by_status)
    by_status[status == 0 ? "lost" : std::to_string(status)] = count;
  nlohmann::json result{{"name", of.name},
                        {"answered", load.answered},
                        {"given_up", load.given_up},
                        {"sent_again", load.sent_again},
                        {"replayed", load.replays},
                        {"by_status", by_status},
                        {"seconds", in_milliseconds(load.elapsed) / 1000},
                        {"per_second", load.per_second()},
                        {"latency_ms", latency}};
  for (auto& [name, value] : of.figures)
    result["figures"][name] = value;
  return result;
}

} // namespace

std::string to_text(std::chrono::nanoseconds latency) {
  auto ms = in_milliseconds(latency);
  if (ms < 1)
    return printed("%.0f us", ms * 1000);
  return ms < 1000 ? printed("%.1f ms", ms) : printed("%.1f s", ms / 1000);
}

std::string to_text(const rehearsal_report& report) {
  auto result = printed("%-16s %9s %11s %11s %9s %9s %9s %9s %9s  %s\n",
                        report.name.substr(0, 16).c_str(), "answered", "in", "",
                        "p50", "p90", "p99", "p99.9", "max", "status");
  for (auto& phase : report.phases)
    result += row(phase);
  result += figures(report.phases);
  result += "\n";
  if (report.violations.empty())
    return result
           + "All invariants hold: no section oversold, one place each, "
             "no answer lost, lines in order"
           + (report.is_verified ? ", ledger and SQL equal.\n" : ".\n");
  auto shown = std::min(report.violations.size(), violations_shown);
  for (auto i = std::size_t{0}; i < shown; ++i)
    result += report.violations[i].invariant + ": " + report.violations[i].text
              + "\n";
  if (shown < report.violations.size())
    result += "... and " + std::to_string(report.violations.size() - shown)
              + " more; --json names all\n";
  return result + std::to_string(report.violations.size())
         + " violations; repeat with --seed " + std::to_string(report.seed)
         + "\n";
}

std::string to_json(const rehearsal_report& report) {
  nlohmann::json result{{"rehearsal", report.name},
                        {"seed", report.seed},
                        {"phases", nlohmann::json::array()},
                        {"violations", nlohmann::json::array()},
                        {"verified", report.is_verified}};
  for (auto& phase : report.phases)
    result["phases"].push_back(as_json(phase));
  for (auto& broken : report.violations)
    result["violations"].push_back(
      {{"invariant", broken.invariant}, {"text", broken.text}});
  return result.dump(2) + "\n";
}

} // namespace registrar::rehearsal
