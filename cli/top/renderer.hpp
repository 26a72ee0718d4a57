#pragma once

#include "cli/top/documents.hpp"
#include "cli/top/view_state.hpp"

#include <vector>

/// Pure: what the operator has chosen, what the service said, and the size of
/// the screen make the screen.

namespace registrar::top {

struct frame {
  /// As many as the screen has, none wider than it.
  std::vector<screen_line> lines;
  /// Of the table in it, for the next key.
  extent shown;
};

frame render(const documents& from, const view_state& state, moment now);

/// The same for a file: everything of the header and the table, no keys.
std::string picture(const documents& from, const view_state& state, moment now);

} // namespace registrar::top
