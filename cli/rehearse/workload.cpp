#include "cli/rehearse/workload.hpp"

#include <algorithm>

namespace registrar::rehearsal {

using std::chrono::milliseconds;

std::optional<milliseconds> ask_again_after(const answer& got,
                                            bool conflict_is_final) {
  constexpr auto least = milliseconds{50};
  switch (got.status) {
    case 409:
      if (conflict_is_final)
        return std::nullopt;
      [[fallthrough]];
    case 0:
    case 429:
    case 503: return std::max<milliseconds>(got.retry_after, least);
    default: return std::nullopt;
  }
}

} // namespace registrar::rehearsal
