#pragma once

#include "messages/operations.hpp"

#include <nlohmann/json_fwd.hpp>

/// JSON of dead letters, acts, the journal and traces. A number that cannot be
/// known is null; an absent member is one that does not apply.

namespace registrar {

nlohmann::ordered_json to_object(const dead_letter_view& x);
nlohmann::ordered_json to_object(const dead_letter_result& x);
nlohmann::ordered_json to_object(const operator_act& x);
nlohmann::ordered_json to_object(const journal_state& x);
nlohmann::ordered_json to_object(const trace_view& x);
nlohmann::ordered_json to_object(const trace_event& x);

} // namespace registrar
