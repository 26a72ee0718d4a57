#include "messages/registration.hpp"

#include "messages/refusals.hpp"

#include <algorithm>

namespace registrar {

namespace {

bool only_passing(const section_result& result) {
  const auto& outcome = result.outcome;
  return outcome.status == seat_status::rejected
         && std::all_of(outcome.refusals.begin(), outcome.refusals.end(),
                        [](const refusal& x) { return is_passing(x.reason); });
}

} // namespace

std::string_view to_string(route which) {
  return which == route::register_sections ? "register" : "drop";
}

bool is_storable(const registration_reply& reply) {
  if (reply.refused != request_refusal::none || reply.error.code != ec::none)
    return false;
  return !std::all_of(reply.results.begin(), reply.results.end(), only_passing);
}

} // namespace registrar
