#include "storage/memory/registration_store.hpp"

#include "storage/ports/dead_letters.hpp"
#include "storage/rules/section_batch.hpp"

#include <algorithm>

namespace registrar {

fallible<registration_store::applied>
memory_registration_store::apply(std::span<const journal_entry> entries) {
  std::lock_guard guard{shared_->mutex};
  change todo;
  std::map<section_id, bool> has_gap;
  for (const auto& entry : entries) {
    const auto& id = entry.after.section;
    auto& gap = has_gap[id];
    auto cursor = cursor_of(todo, id);
    if (entry.kind == entry_kind::decided || entry.after.sequence <= cursor)
      continue;
    gap = gap || entry.after.sequence > cursor + 1;
    if (gap)
      continue;
    if (auto taken = take(todo, entry); !taken)
      return taken.error();
  }
  applied result;
  for (const auto& [id, gap] : has_gap) {
    section_cursor cursor{id, cursor_of(todo, id)};
    result.cursors.push_back(cursor);
    if (gap)
      result.gaps.push_back(cursor);
  }
  carry_out(todo);
  return result;
}

fallible<registration_store::isolated>
memory_registration_store::isolate(std::span<const journal_entry> entries) {
  std::lock_guard guard{shared_->mutex};
  change todo;
  auto parts = sections_of(entries);
  for (auto& [id, part] : parts)
    part.cursor = cursor_of(todo, id);
  registrar::take(parts, entries);
  isolated result;
  for (const auto& [id, part] : parts) {
    fallible<done> taken{done{}};
    for (const auto& entry : part.taken) {
      taken = take(todo, entry);
      if (!taken) {
        result.refused.push_back({entry, "23000", taken.error().detail});
        break;
      }
    }
    section_cursor cursor{id, cursor_of(todo, id)};
    result.written.cursors.push_back(cursor);
    if (taken && part.has_gap)
      result.written.gaps.push_back(cursor);
  }
  carry_out(todo);
  return result;
}

fallible<done>
memory_registration_store::write_dead_letter(const refused_entry& refused,
                                             timestamp at) {
  std::lock_guard guard{shared_->mutex};
  const auto& entry = refused.entry;
  change todo;
  auto cursor = cursor_of(todo, entry.after.section);
  if (entry.after.sequence > cursor + 1)
    return skips_entries(entry, cursor);
  if (entry.after.sequence > cursor)
    if (auto passed = take(todo, passing_over(entry)); !passed)
      return passed;
  carry_out(todo);
  auto letter = letter_of(refused, at);
  shared_->letters.try_emplace({letter.section, letter.sequence}, letter);
  return done{};
}

fallible<done> memory_registration_store::project_past(
  const refused_entry& refused, const section_rows& rows, timestamp at) {
  if (rows.header.sequence < refused.entry.after.sequence)
    return is_before(refused.entry, rows);
  std::lock_guard guard{shared_->mutex};
  if (auto replaced = replace(rows); !replaced)
    return replaced;
  auto letter = letter_of(refused, at);
  shared_->letters.try_emplace({letter.section, letter.sequence}, letter);
  return done{};
}

fallible<std::vector<dead_letter>> memory_registration_store::dead_letters() {
  std::lock_guard guard{shared_->mutex};
  std::vector<dead_letter> result;
  for (const auto& [key, letter] : shared_->letters)
    result.push_back(letter);
  std::stable_sort(result.begin(), result.end(),
                   [](const auto& x, const auto& y) { return x.at < y.at; });
  return result;
}

fallible<bool> memory_registration_store::delete_dead_letter(const uuid& id) {
  std::lock_guard guard{shared_->mutex};
  return std::erase_if(shared_->letters,
                       [&](const auto& x) { return x.second.id == id; })
         > 0;
}

fallible<done> memory_registration_store::project(const section_rows& rows) {
  std::lock_guard guard{shared_->mutex};
  return replace(rows);
}

fallible<done> memory_registration_store::replace(const section_rows& rows) {
  const auto& id = rows.header.section;
  section_state fresh{id, 0};
  if (!fresh.load(rows))
    return failure{ec::invalid_value, "The rows of section " + id.to_string()
                                        + " contradict each other."};
  shared_->sections.insert_or_assign(id, std::move(fresh));
  return done{};
}

fallible<std::vector<section_cursor>> memory_registration_store::cursors() {
  std::lock_guard guard{shared_->mutex};
  std::vector<section_cursor> result;
  for (const auto& [id, section] : shared_->sections)
    result.push_back({id, section.sequence()});
  return result;
}

fallible<std::vector<section_rows>> memory_registration_store::load() {
  std::lock_guard guard{shared_->mutex};
  std::vector<section_rows> result;
  for (const auto& [id, section] : shared_->sections)
    result.push_back(section.rows());
  return result;
}

fallible<std::vector<failed_registration>>
memory_registration_store::failed_registrations(const student_id& student,
                                                timestamp since) {
  std::lock_guard guard{shared_->mutex};
  std::vector<failed_registration> result;
  auto [at, end] = shared_->failed.equal_range(student);
  for (; at != end; ++at)
    if (at->second.at >= since)
      result.push_back(at->second);
  return result;
}

fallible<done>
memory_registration_store::notify(std::span<const notification> notices) {
  std::lock_guard guard{shared_->mutex};
  for (const auto& notice : notices)
    shared_->notices.try_emplace(
      {notice.registration, notice.kind, notice.sequence}, notice);
  return done{};
}

fallible<done> memory_registration_store::note(const audit_entry& entry) {
  std::lock_guard guard{shared_->mutex};
  auto& all = shared_->audit;
  auto is_known = entry.at != timestamp{}
                  && std::find(all.begin(), all.end(), entry) != all.end();
  if (is_known)
    return done{};
  all.push_back(entry);
  if (entry.at == timestamp{})
    all.back().at = now_utc();
  return done{};
}

fallible<std::vector<audit_row>>
memory_registration_store::audit_log(std::size_t limit, std::uint64_t before) {
  std::lock_guard guard{shared_->mutex};
  const auto& all = shared_->audit;
  auto id = before == 0 ? all.size() : std::min(before - 1, all.size());
  std::vector<audit_row> result;
  for (; id > 0 && result.size() < limit; --id)
    result.push_back({id, all[id - 1]});
  return result;
}

fallible<done> memory_registration_store::ping() {
  return done{};
}

std::uint64_t memory_registration_store::cursor_of(const change& todo,
                                                   const section_id& id) const {
  if (auto at = todo.sections.find(id); at != todo.sections.end())
    return at->second.sequence();
  auto at = shared_->sections.find(id);
  return at == shared_->sections.end() ? 0 : at->second.sequence();
}

void memory_registration_store::carry_out(change& todo) {
  for (auto& [id, section] : todo.sections)
    if (section.sequence() > 0)
      shared_->sections.insert_or_assign(id, std::move(section));
  shared_->failed.merge(todo.failed);
}

fallible<done> memory_registration_store::take(change& todo,
                                               const journal_entry& entry) {
  const auto& id = entry.after.section;
  auto at = todo.sections.find(id);
  if (at == todo.sections.end()) {
    auto old = shared_->sections.find(id);
    at = todo.sections
           .emplace(id, old == shared_->sections.end() ? section_state{id, 0}
                                                       : old->second)
           .first;
  }
  auto& section = at->second;
  auto joins
    = entry.kind == entry_kind::enrolled || entry.kind == entry_kind::promoted;
  // As SQL's own rule has it: one enrolment more than there are seats.
  auto oversells
    = joins && section.enrolled() >= entry.after.settings.total_seats;
  if (oversells || !section.take(entry))
    return failure{ec::conflict, "Entry " + std::to_string(entry.after.sequence)
                                   + " of section " + id.to_string()
                                   + " contradicts the rows."};
  if (entry.kind == entry_kind::withdrawn
      || entry.kind == entry_kind::removed_from_waitlist)
    todo.failed.emplace(entry.student,
                        failed_registration{entry.registration, id,
                                            entry.failure_reason, entry.at});
  return done{};
}

} // namespace registrar
