#include "actors/gateway_calls.hpp"
#include "actors/operations_gateway.hpp"

namespace registrar {

namespace {

failure not_yet() {
  return {ec::dependency_unavailable, "This part is not built yet."};
}

} // namespace

void operations_gateway::journal(reply_to<journal_state> done) {
  done(not_yet());
}

void operations_gateway::dead_letters(list_dead_letters,
                                      reply_to<dead_letter_page> done) {
  done(not_yet());
}

void operations_gateway::acts(list_acts, reply_to<act_page> done) {
  done(not_yet());
}

std::vector<trace_view> operations_gateway::traces() const {
  return {};
}

fallible<trace_content> operations_gateway::trace(const uuid&) const {
  return not_yet();
}

void operations_gateway::retry(
  std::vector<uuid>, operator_reason,
  reply_to<acted<std::vector<dead_letter_result>>> done) {
  done(not_yet());
}

void operations_gateway::discard(
  std::vector<uuid>, operator_reason,
  reply_to<acted<std::vector<dead_letter_result>>> done) {
  done(not_yet());
}

void operations_gateway::start(start_trace, operator_reason,
                               reply_to<acted<trace_view>> done) {
  done(not_yet());
}

void operations_gateway::stop(uuid, operator_reason,
                              reply_to<acted<trace_view>> done) {
  done(not_yet());
}

void operations_gateway::audit(operator_act, std::function<void(bool)> done) {
  done(false);
}

} // namespace registrar
