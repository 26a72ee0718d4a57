#include "storage/rules/ledger_state.hpp"

#include "messages/assertion.hpp"

#include <algorithm>

namespace registrar {

bool ledger_state::load(const section_rows& rows) {
  auto number = static_cast<std::uint32_t>(sections_.size());
  const auto& id = rows.header.section;
  if (!numbers_.emplace(id, number).second)
    return false;
  if (!sections_.emplace_back(id, number).load(rows))
    return false;
  for (const auto& row : rows.roster)
    add_registration(row.student, number);
  for (const auto& row : rows.waitlist)
    add_registration(row.student, number);
  return true;
}

bool ledger_state::take(const journal_entry& entry) {
  if (entry.kind == entry_kind::decided)
    return remember(entry);
  if (entry.kind == entry_kind::section_created) {
    auto number = static_cast<std::uint32_t>(sections_.size());
    if (!numbers_.emplace(entry.after.section, number).second)
      return false;
    sections_.emplace_back(entry.after.section, number);
  }
  auto* section = find(entry.after.section);
  if (section == nullptr)
    return false;
  auto was_live = section->find(entry.student) != nullptr;
  if (!section->take(entry))
    return false;
  auto is_live = section->find(entry.student) != nullptr;
  if (is_live && !was_live)
    add_registration(entry.student, section->number());
  else if (was_live && !is_live)
    remove_registration(entry.student, section->number());
  remember(section->number(), entry);
  return true;
}

bool ledger_state::remember(const journal_entry& entry) {
  const auto* section = find(entry.after.section);
  if (section == nullptr)
    return false;
  remember(section->number(), entry);
  return true;
}

void ledger_state::forget(timestamp at, std::size_t limit) {
  memos_.forget(at, limit);
}

void ledger_state::set_standing(const student_id& student, bool is_active) {
  if (is_active)
    inactive_.erase(student);
  else
    inactive_.insert(student);
}

const section_state* ledger_state::find(const section_id& section) const {
  auto at = numbers_.find(section);
  return at == numbers_.end() ? nullptr : &sections_[at->second];
}

section_state* ledger_state::find(const section_id& section) {
  auto at = numbers_.find(section);
  return at == numbers_.end() ? nullptr : &sections_[at->second];
}

std::vector<live_registration>
ledger_state::registrations(const student_id& student) const {
  std::vector<live_registration> result;
  auto at = students_.find(student);
  if (at == students_.end())
    return result;
  for (auto number : at->second) {
    const auto& section = sections_[number];
    const auto* row = section.find(student);
    REGISTRAR_ASSERT(row != nullptr);
    result.push_back({section.id(), row->registration, row->ticket != 0,
                      section.position_of(*row), row->since});
  }
  std::sort(result.begin(), result.end(),
            [](const live_registration& x, const live_registration& y) {
              return x.section < y.section;
            });
  return result;
}

std::vector<section_header> ledger_state::headers() const {
  std::vector<section_header> result;
  result.reserve(sections_.size());
  for (const auto& section : sections_)
    result.push_back(section.header());
  std::sort(result.begin(), result.end(),
            [](const section_header& x, const section_header& y) {
              return x.section < y.section;
            });
  return result;
}

void ledger_state::remember(std::uint32_t section, const journal_entry& entry) {
  if (entry.memo.status != seat_status::undecided)
    memos_.store(section, entry.request, entry.memo, entry.memo_attempt,
                 entry.memo_expires);
}

void ledger_state::add_registration(const student_id& student,
                                    std::uint32_t section) {
  students_[student].push_back(section);
}

void ledger_state::remove_registration(const student_id& student,
                                       std::uint32_t section) {
  auto at = students_.find(student);
  REGISTRAR_ASSERT(at != students_.end());
  auto& numbers = at->second;
  auto which = std::find(numbers.begin(), numbers.end(), section);
  REGISTRAR_ASSERT(which != numbers.end());
  *which = numbers.back();
  numbers.pop_back();
  if (numbers.empty())
    students_.erase(at);
}

} // namespace registrar
