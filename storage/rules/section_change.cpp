#include "storage/rules/section_change.hpp"

#include <algorithm>

namespace registrar {

void section_change::add(const journal_entry& entry) {
  header = entry.after;
  at = entry.at;
  seats_max = std::max(seats_max, entry.after.settings.total_seats);
  if (entry.registration.is_nil())
    return;
  auto state = row_state::gone;
  switch (entry.kind) {
    case entry_kind::enrolled:
    case entry_kind::promoted: state = row_state::enrolled; break;
    case entry_kind::waitlisted: state = row_state::waiting; break;
    case entry_kind::dropped: state = row_state::dropped; break;
    case entry_kind::withdrawn:
    case entry_kind::removed_from_waitlist: state = row_state::failed; break;
    case entry_kind::left_waitlist: break;
    default: return;
  }
  auto& x = rows[entry.registration];
  x.state = state;
  x.entry = entry;
  // A withdrawal too: what is withdrawn may be a promotion that SQL refused.
  x.left_line = x.left_line || entry.kind == entry_kind::promoted
                || entry.kind == entry_kind::left_waitlist
                || entry.kind == entry_kind::withdrawn
                || entry.kind == entry_kind::removed_from_waitlist;
  if (state == row_state::enrolled)
    x.enrolled_at = entry.at;
  if (entry.kind == entry_kind::enrolled || entry.kind == entry_kind::promoted
      || entry.kind == entry_kind::waitlisted)
    x.joined_by = entry.request;
}

} // namespace registrar
