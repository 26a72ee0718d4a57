#pragma once

#include "cli/top/documents.hpp"
#include "cli/top/view_state.hpp"

#include <vector>

namespace registrar::top {

/// The lines above the tables: whose figures they are, whether the service is
/// ready and still answers, and its figures, as many as the screen has room
/// for.
std::vector<screen_line> header_lines(const documents& from,
                                      const view_state& state, moment now);

} // namespace registrar::top
