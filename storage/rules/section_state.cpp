#include "storage/rules/section_state.hpp"

#include "messages/assertion.hpp"
#include "storage/rules/digest.hpp"

#include <algorithm>

namespace registrar {

bool section_state::load(const section_rows& rows) {
  REGISTRAR_ASSERT(sequence_ == 0 && rows_.empty());
  settings_ = rows.header.settings;
  sequence_ = rows.header.sequence;
  rows_.reserve(rows.roster.size() + rows.waitlist.size());
  for (const auto& row : rows.roster) {
    if (row.ticket != 0 || !rows_.emplace(row.student, row).second)
      return false;
    digest_ += digest_of(row);
  }
  for (auto row : rows.waitlist) {
    row.sequence = 0;
    if (row.ticket <= line_.last_ticket() || row.ticket > sequence_
        || !rows_.emplace(row.student, row).second)
      return false;
    line_.join(row.ticket, row.student);
    digest_ += digest_of(row);
  }
  return true;
}

bool section_state::take(const journal_entry& entry) {
  if (entry.after.sequence != sequence_ + 1)
    return false;
  switch (entry.kind) {
    case entry_kind::section_created:
      if (sequence_ != 0)
        return false;
      break;
    case entry_kind::enrolled:
      if (!join(entry, false))
        return false;
      break;
    case entry_kind::waitlisted:
      if (!join(entry, true))
        return false;
      break;
    case entry_kind::promoted:
      if (!promote(entry))
        return false;
      break;
    case entry_kind::dropped:
    case entry_kind::left_waitlist:
    case entry_kind::withdrawn:
    case entry_kind::removed_from_waitlist: leave(entry); break;
    case entry_kind::settings_changed: break;
    case entry_kind::decided: return false;
  }
  settings_ = entry.after.settings;
  sequence_ = entry.after.sequence;
  return true;
}

const live_row* section_state::find(const student_id& student) const {
  auto at = rows_.find(student);
  return at == rows_.end() ? nullptr : &at->second;
}

const live_row* section_state::find(const registration_id& registration) const {
  for (const auto& [student, row] : rows_)
    if (row.registration == registration)
      return &row;
  return nullptr;
}

section_rows section_state::rows() const {
  section_rows result;
  result.header = header();
  result.next_ticket = sequence_ + 1;
  result.roster.reserve(enrolled());
  result.waitlist.reserve(line_.size());
  for (const auto& [student, row] : rows_)
    (row.ticket == 0 ? result.roster : result.waitlist).push_back(row);
  auto by_sequence = [](const live_row& x, const live_row& y) {
    return x.sequence < y.sequence;
  };
  auto by_ticket
    = [](const live_row& x, const live_row& y) { return x.ticket < y.ticket; };
  std::sort(result.roster.begin(), result.roster.end(), by_sequence);
  std::sort(result.waitlist.begin(), result.waitlist.end(), by_ticket);
  return result;
}

bool section_state::join(const journal_entry& entry, bool waits) {
  if (waits
      && (entry.ticket != entry.after.sequence
          || entry.ticket <= line_.last_ticket()))
    return false;
  auto [at, is_new] = rows_.try_emplace(entry.student);
  if (!is_new)
    return false;
  auto& row = at->second;
  row.student = entry.student;
  row.registration = entry.registration;
  row.request = entry.request;
  row.since = entry.at;
  if (waits) {
    row.ticket = entry.ticket;
    line_.join(row.ticket, row.student);
  } else {
    row.sequence = entry.after.sequence;
  }
  digest_ += digest_of(row);
  return true;
}

bool section_state::promote(const journal_entry& entry) {
  auto at = rows_.find(entry.student);
  if (at == rows_.end())
    return join(entry, false);
  auto& row = at->second;
  if (row.ticket == 0 || row.registration != entry.registration)
    return false;
  digest_ -= digest_of(row);
  auto was_waiting = line_.leave(row.ticket);
  REGISTRAR_ASSERT(was_waiting);
  row.ticket = 0;
  row.sequence = entry.after.sequence;
  row.since = entry.at;
  digest_ += digest_of(row);
  return true;
}

void section_state::leave(const journal_entry& entry) {
  auto at = rows_.find(entry.student);
  if (at != rows_.end() && at->second.registration == entry.registration)
    remove(at);
}

void section_state::remove(
  std::unordered_map<student_id, live_row>::iterator at) {
  const auto& row = at->second;
  digest_ -= digest_of(row);
  if (row.ticket != 0) {
    auto was_waiting = line_.leave(row.ticket);
    REGISTRAR_ASSERT(was_waiting);
  }
  rows_.erase(at);
}

} // namespace registrar
