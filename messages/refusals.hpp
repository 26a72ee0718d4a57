#pragma once

#include "messages/ledger.hpp"

#include <string>
#include <string_view>

namespace registrar {

/// The code of API 3: several reasons share one (`section_inactive`,
/// `window_closed`).
std::string_view api_code(refusal_reason reason);

/// One sentence for the student: what is in the way and what would help.
std::string detail_of(const refusal& why);

/// True where waiting helps by itself, so that an answer that holds nothing
/// else is not kept under its key (`window_closed`, `section_frozen`; an
/// inactive student, whose whole request is a 403).
bool is_passing(refusal_reason reason);

} // namespace registrar
