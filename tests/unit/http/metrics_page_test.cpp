// The page of metrics: what is on it before anything happened, its names, and
// how counts become samples.

#include "http/metrics/metric_family.hpp"
#include "http/problem.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace registrar;
using namespace std::chrono_literals;

namespace {

/// Everything that a page is made of, as it is before anything happened.
struct page_fixture {
  std::string page() const {
    return metrics_page({http, service, census, load, status, {}, 3});
  }

  std::vector<std::string> lines() const {
    std::istringstream text{page()};
    std::vector<std::string> result;
    for (std::string line; std::getline(text, line);)
      result.push_back(line);
    return result;
  }

  /// The value of the series that is written so; empty where it is not there.
  std::string value(const std::string& series) const {
    for (const auto& line : lines())
      if (line.starts_with(series + ' '))
        return line.substr(series.size() + 1);
    return {};
  }

  http_meters http;
  service_meters service;
  service_census census;
  service_load load;
  service_status status;
};

bool ends_in(std::string_view text, std::string_view end) {
  return text.ends_with(end);
}

actor_status actor(std::string name, std::string state,
                   std::uint64_t restarts = 0) {
  actor_status result;
  result.name = std::move(name);
  result.state = std::move(state);
  result.restarts = restarts;
  return result;
}

registration_reply reply_with(seat_status status, refusal_reason why) {
  registration_reply reply;
  reply.results.resize(1);
  reply.results[0].outcome.status = status;
  if (status == seat_status::rejected)
    reply.results[0].outcome.refusals = {{why, {}}, {{}, {}}};
  return reply;
}

} // namespace

TEST_CASE_FIXTURE(page_fixture, "every family is there from the start") {
  std::set<std::string> with_samples;
  for (const auto& line : lines())
    if (!line.starts_with('#'))
      with_samples.insert(line.substr(0, line.find_first_of(" {")));
  CHECK(metric_families().size() > 50);
  for (const auto& family : metric_families()) {
    CAPTURE(family.name);
    std::string name{family.name};
    if (family.kind == metric_kind::histogram)
      name += "_count";
    CHECK(with_samples.count(name) == 1);
  }
}

TEST_CASE("names follow the conventions of Prometheus, and say their unit") {
  std::set<std::string_view> names;
  for (const auto& family : metric_families()) {
    auto name = family.name;
    CAPTURE(name);
    CHECK(names.insert(name).second);
    CHECK(std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || c == '_';
    }));
    CHECK((name.starts_with("registrar_") || name.starts_with("process_")));
    CHECK(ends_in(name, "_total") == (family.kind == metric_kind::counter));
    auto rest = name;
    if (ends_in(name, "_total"))
      rest.remove_suffix(6);
    CHECK(ends_in(rest, "_seconds") == (family.unit == metric_unit::seconds));
    CHECK(ends_in(rest, "_bytes") == (family.unit == metric_unit::bytes));
    for (auto reserved : {"_count", "_sum", "_bucket", "_milliseconds", "_ms"})
      CHECK_FALSE(ends_in(rest, reserved));
    CHECK(ends_in(family.help, "."));
    CHECK(family.help.find_first_of("\\\n") == std::string_view::npos);
  }
}

TEST_CASE_FIXTURE(page_fixture, "buckets are cumulative and end in the count") {
  auto& time = service.ledger_step_time;
  for (auto taken : {50us, 200us, 200us, 20'000'000us})
    time.note(taken);
  std::vector<std::uint64_t> counts;
  for (const auto& line : lines())
    if (line.starts_with("registrar_ledger_step_duration_seconds_bucket"))
      counts.push_back(std::stoull(line.substr(line.rfind(' '))));
  CHECK(counts.size() == time.bound_count() + 1);
  CHECK(std::is_sorted(counts.begin(), counts.end()));
  CHECK(counts.at(0) == 1);
  CHECK(counts.at(1) == 3);
  CHECK(counts.at(counts.size() - 2) == 3);
  CHECK(counts.back() == 4);
  CHECK(value("registrar_ledger_step_duration_seconds_bucket{le=\"+Inf\"}")
        == "4");
  CHECK(value("registrar_ledger_step_duration_seconds_count") == "4");
  CHECK(std::stod(value("registrar_ledger_step_duration_seconds_sum"))
        == doctest::Approx(20.00045));
}

TEST_CASE_FIXTURE(page_fixture, "what a label holds cannot end it") {
  status.actors = {actor("a\"} 1\nb\\", "running")};
  CHECK(value(R"(registrar_actor_answered{actor="a\"} 1\nb\\"})") == "1");
}

TEST_CASE_FIXTURE(page_fixture, "a request counts by its route and status") {
  const auto& all = routes();
  for (const auto& route : all)
    http.answered(&route, 200, 1ms, 100);
  http.answered(nullptr, 404, 1ms, 10);
  http.answered(&all[0], 503, 2s, 10);
  http.answered(&all[0], 299, 2s, 10);
  for (const auto& route : all) {
    CAPTURE(route.pattern);
    auto labels = "{method=\"" + std::string{route.method} + "\",route=\""
                  + std::string{route.pattern} + "\"";
    CHECK(value("registrar_http_requests_total" + labels + ",status=\"200\"}")
          == "1");
    auto count = &route == &all[0] ? "3" : "1";
    CHECK(value("registrar_http_request_duration_seconds_count" + labels + '}')
          == count);
  }
  std::string register_labels{
    R"({method="POST",route="/api/v1/register",status=)"};
  CHECK(value("registrar_http_requests_total" + register_labels + "\"503\"}")
        == "1");
  // A status of nobody's is an error of ours.
  CHECK(value("registrar_http_requests_total" + register_labels + "\"500\"}")
        == "1");
  CHECK(value(R"(registrar_http_requests_total{method="other",route="other",)"
              R"(status="404"})")
        == "1");
  CHECK(value("registrar_http_response_bytes_total")
        == std::to_string(100 * all.size() + 30));
}

TEST_CASE("every status that has a reason phrase is counted as itself") {
  auto of_unknown = reason_phrase(599);
  for (auto status = 100u; status < 600; ++status) {
    CAPTURE(status);
    auto is_known = reason_phrase(status) != of_unknown || status == 500;
    auto is_counted
      = std::find(known_statuses.begin(), known_statuses.end(), status)
        != known_statuses.end();
    CHECK(is_counted == is_known);
  }
}

TEST_CASE_FIXTURE(page_fixture, "results and rejections count by section") {
  using enum seat_status;
  auto note = [&](seat_status what, refusal_reason why = {}) {
    http.replied(route::register_sections, reply_with(what, why));
  };
  for (auto what : {enrolled, enrolled, waitlisted, already_registered})
    note(what);
  note(rejected, refusal_reason::section_full);
  note(rejected, refusal_reason::window_over);
  note(rejected, refusal_reason::window_not_yet_open);
  auto in_doubt = reply_with(undecided, {});
  in_doubt.error = in_doubt.results[0].error = {ec::in_doubt, "?"};
  http.replied(route::drop_sections, in_doubt);
  registration_reply unknown;
  unknown.refused = request_refusal::student_not_found;
  http.replied(route::register_sections, unknown);
  auto result = [&](const std::string& name) {
    return value("registrar_registration_results_total{result=\"" + name
                 + "\"}");
  };
  CHECK(result("enrolled") == "2");
  CHECK(result("waitlisted") == "1");
  CHECK(result("rejected") == "3");
  CHECK(result("undecided") == "1");
  CHECK(result("dropped") == "0");
  auto code = [&](const std::string& name) {
    return value("registrar_registration_rejections_total{code=\"" + name
                 + "\"}");
  };
  CHECK(code("window_closed") == "2");
  CHECK(code("section_full") == "1");
  CHECK(code("section_frozen") == "0");
  std::string requests{"registrar_registration_requests_total"};
  CHECK(value(requests + R"({action="register",fate="decided"})") == "7");
  CHECK(value(requests + R"({action="register",fate="student_not_found"})")
        == "1");
  CHECK(value(requests + R"({action="drop",fate="undecided"})") == "1");
}

TEST_CASE_FIXTURE(page_fixture, "an actor that does not answer is shown so") {
  auto well = actor("database-sync/0", "running", 2);
  well.figures = {{"waiting", 7}, {"held", 1}};
  status.actors = {well, actor("database-sync/1", "unreachable", 1),
                   actor("section-supervisor", "restarting", 1)};
  CHECK(value(R"(registrar_actor_answered{actor="database-sync/0"})") == "1");
  CHECK(value(R"(registrar_actor_answered{actor="database-sync/1"})") == "0");
  CHECK(value(R"(registrar_actor_answered{actor="section-supervisor"})")
        == "0");
  CHECK(value(R"(registrar_sync_entries_waiting{actor="database-sync/0"})")
        == "7");
  CHECK(value(R"(registrar_sync_entries_waiting{actor="database-sync/1"})")
        == "Nan");
  CHECK(value(R"(registrar_actor_restarts_total{role="database-sync"})")
        == "3");
  CHECK(value(R"(registrar_actor_restarts_total{role="section-supervisor"})")
        == "1");
  service.sections_died.add(4);
  CHECK(value(R"(registrar_actor_restarts_total{role="section"})") == "4");
}

TEST_CASE_FIXTURE(page_fixture, "a dependency is up where all its parts are") {
  auto up = [&](const std::string& name) {
    return value("registrar_dependency_up{dependency=\"" + name + "\"}");
  };
  CHECK(up("ledger") == "0");
  status.dependencies
    = {{"ledger", true, ""}, {"sql", false, "down"}, {"sql", true, ""}};
  CHECK(up("ledger") == "1");
  CHECK(up("sql") == "0");
  CHECK(up("catalogue") == "0");
}

TEST_CASE("the process knows what it uses") {
  auto figures = process_figures::read();
  CHECK(figures.cpu_seconds > 0);
  CHECK(figures.resident_bytes > 100'000);
  CHECK(figures.virtual_bytes >= figures.resident_bytes);
  CHECK(figures.open_files >= 3);
  CHECK(figures.open_files_max >= figures.open_files);
  CHECK(figures.threads >= 1);
  auto now = std::chrono::duration<double>(
               std::chrono::system_clock::now().time_since_epoch())
               .count();
  CHECK(figures.start_seconds > 1.5e9);
  CHECK(figures.start_seconds < now + 1);
}
