#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/operations/acting.hpp"
#include "http/operations/answer_text.hpp"
#include "http/operations/cluster_json.hpp"
#include "messages/service.hpp"

#include <nlohmann/json.hpp>

namespace registrar {

namespace {

using json = nlohmann::ordered_json;

struct chosen_node {
  std::string name;
  std::string reason;
};

fallible<chosen_node> read_node(std::string_view body) {
  member_reader members{body, {"node", "reason"}};
  chosen_node result;
  result.name = members.required("node", members.text("node"));
  result.reason = read_reason(members);
  return members.result(std::move(result));
}

/// Renders what an act of the cluster came to.
auto shown_to(responder respond) {
  return
    [respond = std::move(respond)](const fallible<acted<cluster_state>>& x) {
      if (!x) {
        respond(act_problem(x.error()));
        return;
      }
      json body;
      body["cluster"] = to_object(x->result);
      body["audit"] = audit_text(x->is_audited);
      respond(ok(text_of(body)));
    };
}

void drain(http_context& context, const http_request& request, bool is_drained,
           responder respond) {
  auto chosen = read_node(request.body);
  if (!chosen) {
    respond(problem(chosen.error()));
    return;
  }
  context.service.operations().drain(
    std::move(chosen->name), is_drained,
    reason_of(context, request, std::move(chosen->reason)),
    shown_to(std::move(respond)));
}

} // namespace

REGISTRAR_HANDLER(handle_get_cluster) {
  static_cast<void>(id);
  if (!takes_no_query(request, respond))
    return;
  context.service.operations().cluster(
    [respond = std::move(respond)](const fallible<cluster_state>& x) {
      respond(x ? ok(text_of(to_object(*x))) : problem(x.error()));
    });
}

REGISTRAR_HANDLER(handle_drain_node) {
  static_cast<void>(id);
  drain(context, request, true, std::move(respond));
}

REGISTRAR_HANDLER(handle_undrain_node) {
  static_cast<void>(id);
  drain(context, request, false, std::move(respond));
}

REGISTRAR_HANDLER(handle_rebalance) {
  static_cast<void>(id);
  member_reader members{request.body, {"reason"}};
  auto reason = members.result(read_reason(members));
  if (!reason) {
    respond(problem(reason.error()));
    return;
  }
  context.service.operations().rebalance(
    reason_of(context, request, std::move(*reason)),
    shown_to(std::move(respond)));
}

} // namespace registrar
