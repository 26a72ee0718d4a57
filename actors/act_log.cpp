#include "actors/act_log.hpp"

#include "config/logging.hpp"

namespace registrar {

operator_act act_of(operator_reason why, std::string action,
                    std::string subject, std::string detail) {
  operator_act result;
  result.who = std::move(why.who);
  result.why = std::move(why.why);
  result.action = std::move(action);
  result.subject = std::move(subject);
  result.detail = std::move(detail);
  return result;
}

void log_act(const operator_act& act) {
  log_info("operator-act", "{} did: {}, {}; because: {}; {}", act.who,
           act.action, act.subject, act.why, act.detail);
}

void log_lost_act(const operator_act& act, const std::string& why) {
  log_error("operator-act-lost",
            "audit_log lacks that {} at {} did: {}, {}; because: {}; {}; it "
            "is not written: {}",
            act.who, to_rfc3339(act.at), act.action, act.subject, act.why,
            act.detail, why);
}

} // namespace registrar
