#pragma once

#include "messages/operations.hpp"

#include <string>

namespace registrar {

/// An act of who has this reason; its time is when it is kept.
operator_act act_of(operator_reason why, std::string action,
                    std::string subject, std::string detail = "");

/// Every act is in the log too, which has what a crash takes from the queue.
void log_act(const operator_act& act);

/// The whole row of one that `audit_log` will not have.
void log_lost_act(const operator_act& act, const std::string& why);

} // namespace registrar
