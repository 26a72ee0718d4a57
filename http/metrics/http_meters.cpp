#include "http/metrics/http_meters.hpp"

namespace registrar {

namespace {

constexpr unsigned status_end = 600;

/// Place in `known_statuses` by status.
constexpr auto status_places = [] {
  std::array<std::uint8_t, status_end> result{};
  auto place_of = [](unsigned status) {
    std::size_t at = 0;
    while (known_statuses[at] != status)
      ++at;
    return static_cast<std::uint8_t>(at);
  };
  result.fill(place_of(500));
  for (auto status : known_statuses)
    result[status] = place_of(status);
  return result;
}();

request_fate fate_of(const registration_reply& reply) {
  switch (reply.refused) {
    case request_refusal::student_not_found:
      return request_fate::student_not_found;
    case request_refusal::student_inactive:
      return request_fate::student_inactive;
    case request_refusal::none: break;
  }
  return reply.error.code == ec::none ? request_fate::decided
                                      : request_fate::undecided;
}

template <class Enum>
std::size_t at(Enum x) {
  return static_cast<std::size_t>(x);
}

} // namespace

http_meters::http_meters() : by_route(routes().size() + 1) {
}

void http_meters::answered(const http_route* route, unsigned status,
                           std::chrono::nanoseconds took, std::size_t bytes) {
  auto index = route == nullptr
                 ? by_route.size() - 1
                 : static_cast<std::size_t>(route - routes().data());
  auto& meters = by_route[index];
  meters.by_status[status_places[status < status_end ? status : 0]].add();
  meters.time.note(took);
  answer_bytes.add(bytes);
}

void http_meters::begun(const key_begun& key) {
  if (key.error.code == ec::none)
    keys[at(key.state)].add();
  else
    keys_failed.add();
}

void http_meters::replied(route which, const registration_reply& reply) {
  requests[at(which)][at(fate_of(reply))].add();
  for (const auto& x : reply.results) {
    if (x.error.code != ec::none) {
      results_undecided.add();
      continue;
    }
    results[at(x.outcome.status)].add();
    if (x.outcome.status == seat_status::rejected
        && !x.outcome.refusals.empty())
      rejections[at(x.outcome.refusals.front().reason)].add();
  }
}

} // namespace registrar
