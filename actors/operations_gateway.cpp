#include "actors/operations_gateway.hpp"

#include "actors/gateway_calls.hpp"

namespace registrar {

namespace {

failure not_yet() {
  return {ec::dependency_unavailable, "This part is not built yet."};
}

} // namespace

operations_gateway::operations_gateway(const settings& config,
                                       std::shared_ptr<directory> peers,
                                       std::shared_ptr<catalogue_view> view,
                                       std::shared_ptr<call_table> calls,
                                       service& requests)
  : config_(config), peers_(std::move(peers)), view_(std::move(view)),
    calls_(std::move(calls)), requests_(requests) {
}

void operations_gateway::actors(list_actors, reply_to<actor_list> done) {
  done(not_yet());
}

void operations_gateway::inspect(section_id,
                                 reply_to<section_inspection> done) {
  done(not_yet());
}

std::vector<section_view>
operations_gateway::find_sections(const std::string&, std::uint32_t) const {
  return {};
}

void operations_gateway::freeze(section_id, bool, operator_reason,
                                reply_to<acted<section_view>> done) {
  done(not_yet());
}

void operations_gateway::set_capacity(section_id, std::uint32_t,
                                      operator_reason,
                                      reply_to<acted<section_view>> done) {
  done(not_yet());
}

void operations_gateway::restart(std::string, operator_reason,
                                 reply_to<acted<actor_view>> done) {
  done(not_yet());
}

} // namespace registrar
