#include "http/metrics/family_samples.hpp"
#include "messages/outcome_text.hpp"
#include "messages/refusals.hpp"

#include <algorithm>
#include <string>

namespace registrar::samples {

namespace {

/// Of requests that have no route: unknown paths, other methods, what is no
/// HTTP. Their paths are without bound and are not shown.
constexpr http_route no_route{"other", "other", nullptr};

const http_route& route_at(std::size_t index) {
  return index < routes().size() ? routes()[index] : no_route;
}

/// From the start, so that the first of them is a rise and no new series; other
/// statuses come with their first request.
bool is_always_shown(const http_route& route, unsigned status) {
  auto success = route.method == "POST" && !route.yields ? 201u : 200u;
  return status == success || status == 500 || status == 503;
}

/// By `key_state`.
constexpr std::array<std::string_view, 4> key_names{"new", "in_flight",
                                                    "replay", "mismatch"};

} // namespace

void requests_by_status(const scrape& x, sample_sink& out) {
  for (std::size_t i = 0; i < x.http.by_route.size(); ++i) {
    const auto& route = route_at(i);
    for (std::size_t j = 0; j < known_statuses.size(); ++j) {
      const auto& count = x.http.by_route[i].by_status[j];
      if (count.value() > 0 || is_always_shown(route, known_statuses[j]))
        out.add(count, {{"method", route.method},
                        {"route", route.pattern},
                        {"status", std::to_string(known_statuses[j])}});
    }
  }
}

void request_times(const scrape& x, sample_sink& out) {
  for (std::size_t i = 0; i < x.http.by_route.size(); ++i)
    out.add(x.http.by_route[i].time,
            {{"method", route_at(i).method}, {"route", route_at(i).pattern}});
}

void requests_in_flight(const scrape& x, sample_sink& out) {
  out.add(static_cast<double>(x.http.in_flight.load()));
}

void refusals(const scrape& x, sample_sink& out) {
  for (std::size_t i = 1; i < refusal_cause_names.size(); ++i)
    out.add(x.http.refused[i], {{"cause", refusal_cause_names[i]}});
}

void connections(const scrape& x, sample_sink& out) {
  out.add(x.http.connections_served, {{"outcome", "served"}});
  out.add(x.http.connections_turned_away, {{"outcome", "turned_away"}});
  out.add(x.http.connections_cut_off, {{"outcome", "cut_off"}});
}

void open_connections(const scrape& x, sample_sink& out) {
  // The closed ones first: all of them are among the others.
  auto closed = x.http.connections_closed.value();
  auto opened = x.http.connections_served.value()
                + x.http.connections_turned_away.value();
  out.add(opened - closed);
}

void open_streams(const scrape& x, sample_sink& out) {
  auto closed = x.http.streams_closed.value();
  out.add(x.http.streams_opened.value() - closed);
}

void registration_requests(const scrape& x, sample_sink& out) {
  for (auto which : {route::register_sections, route::drop_sections})
    for (std::size_t i = 0; i < request_fate_names.size(); ++i)
      out.add(x.http.requests[static_cast<std::size_t>(which)][i],
              {{"action", to_string(which)}, {"fate", request_fate_names[i]}});
}

void results(const scrape& x, sample_sink& out) {
  for (auto status : section_results)
    out.add(x.http.results[static_cast<std::size_t>(status)],
            {{"result", word_of(status)}});
  out.add(x.http.results_undecided, {{"result", "undecided"}});
}

/// Several reasons share a code.
void rejections(const scrape& x, sample_sink& out) {
  std::vector<std::pair<std::string_view, std::uint64_t>> by_code;
  for (std::size_t i = 0; i < x.http.rejections.size(); ++i) {
    auto code = api_code(static_cast<refusal_reason>(i));
    auto found = std::find_if(by_code.begin(), by_code.end(),
                              [&](const auto& y) { return y.first == code; });
    if (found == by_code.end())
      found = by_code.insert(found, {code, 0});
    found->second += x.http.rejections[i].value();
  }
  for (const auto& [code, count] : by_code)
    out.add(count, {{"code", code}});
}

void keys(const scrape& x, sample_sink& out) {
  for (std::size_t i = 0; i < key_names.size(); ++i)
    out.add(x.http.keys[i], {{"outcome", key_names[i]}});
  out.add(x.http.keys_failed, {{"outcome", "failed"}});
}

} // namespace registrar::samples
