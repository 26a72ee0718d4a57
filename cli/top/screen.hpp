#pragma once

#include "cli/top/looks.hpp"

namespace registrar::top {

/// Shows the service on the terminal until the operator quits, or SIGINT,
/// SIGTERM, SIGQUIT or SIGHUP comes; the terminal is then as it was.
/// @param seen what a first look saw. @return a failure where this terminal
/// cannot be used
fallible<done> run_screen(document_source& source, view_state state,
                          documents seen, std::chrono::milliseconds interval);

} // namespace registrar::top
