#include "actors/watch_book.hpp"

#include "config/limits.hpp"

#include <algorithm>
#include <iterator>

namespace registrar {

namespace {

const watch_book::listeners nobody;

void drop_gone(watch_book::listeners& watchers) {
  std::erase_if(watchers, [](const auto& who) { return who.expired(); });
}

} // namespace

// -- who watches --------------------------------------------------------------

void watch_book::watch(const section_id& section, std::uint64_t sequence,
                       std::weak_ptr<watcher> who) {
  auto [at, is_new] = sections_.try_emplace(section);
  // Who watched before may still have to hear of this one.
  if (is_new)
    at->second.sequence = sequence;
  at->second.watchers.push_back(std::move(who));
}

bool watch_book::watch(const student_id& student, std::weak_ptr<watcher> who,
                       time_point now) {
  auto [at, is_new] = students_.try_emplace(student);
  auto& x = at->second;
  x.watchers.push_back(std::move(who));
  if (is_new)
    x.look_at = now + limits::stream_second_look;
  return is_new;
}

std::vector<student_id> watch_book::forget_gone() {
  std::vector<student_id> forgotten;
  for (auto& [student, x] : students_) {
    drop_gone(x.watchers);
    if (x.watchers.empty())
      forgotten.push_back(student);
  }
  for (const auto& student : forgotten) {
    auto sections = std::move(students_[student].sections);
    students_.erase(student);
    for (const auto& section : sections)
      leave(student, section);
  }
  for (auto& [section, x] : sections_)
    drop_gone(x.watchers);
  std::erase_if(sections_, [](const auto& x) {
    return x.second.watchers.empty() && x.second.students.empty();
  });
  return forgotten;
}

void watch_book::leave(const student_id& student, const section_id& section) {
  if (auto found = sections_.find(section); found != sections_.end())
    std::erase(found->second.students, student);
}

// -- sections -----------------------------------------------------------------

std::vector<section_id> watch_book::sections() const {
  std::vector<section_id> result;
  result.reserve(sections_.size());
  for (const auto& [section, x] : sections_)
    result.push_back(section);
  return result;
}

bool watch_book::has_changed(const section_id& section,
                             std::uint64_t sequence) {
  auto found = sections_.find(section);
  if (found == sections_.end() || found->second.sequence == sequence)
    return false;
  found->second.sequence = sequence;
  for (const auto& student : found->second.students)
    students_[student].has_changed = true;
  return true;
}

const watch_book::listeners&
watch_book::watchers_of(const section_id& section) const {
  auto found = sections_.find(section);
  return found == sections_.end() ? nobody : found->second.watchers;
}

// -- students -----------------------------------------------------------------

void watch_book::touch(const student_id& student) {
  if (auto found = students_.find(student); found != students_.end())
    found->second.has_changed = true;
}

bool watch_book::take(const student_id& student, time_point now) {
  auto& x = students_[student];
  if (x.is_being_read)
    return false;
  x.is_being_read = true;
  x.has_changed = false;
  x.asked_at = now;
  return true;
}

std::vector<watch_book::reading> watch_book::take_due(time_point now,
                                                      std::size_t max) {
  std::vector<std::pair<time_point, student_id>> due;
  for (const auto& [student, x] : students_)
    if (!x.is_being_read && (x.has_changed || now >= x.look_at))
      due.emplace_back(x.asked_at, student);
  if (due.size() > max) {
    auto end = due.begin() + static_cast<std::ptrdiff_t>(max);
    std::nth_element(due.begin(), end, due.end());
    due.resize(max);
  }
  std::vector<reading> result;
  for (const auto& [asked_at, student] : due) {
    take(student, now);
    result.push_back({student, now >= students_[student].look_at});
  }
  return result;
}

void watch_book::was_read(const reading& what, std::vector<section_id> sections,
                          time_point now) {
  auto found = students_.find(what.student);
  if (found == students_.end())
    return;
  auto& x = found->second;
  x.is_being_read = false;
  if (what.has_failed)
    x.look_at = now + limits::stream_look_period;
  std::sort(sections.begin(), sections.end());
  std::vector<section_id> left, joined;
  std::set_difference(x.sections.begin(), x.sections.end(), sections.begin(),
                      sections.end(), std::back_inserter(left));
  std::set_difference(sections.begin(), sections.end(), x.sections.begin(),
                      x.sections.end(), std::back_inserter(joined));
  for (const auto& section : left) {
    leave(what.student, section);
    x.look_at
      = std::min<time_point>(x.look_at, now + limits::stream_look_again);
  }
  for (const auto& section : joined) {
    sections_[section].students.push_back(what.student);
    // It may have changed again since the ledger was read, unseen by us.
    x.has_changed = true;
  }
  x.sections = std::move(sections);
}

void watch_book::was_not_read(const reading& what, time_point now) {
  auto found = students_.find(what.student);
  if (found == students_.end())
    return;
  found->second.is_being_read = false;
  found->second.look_at = now + limits::stream_look_again;
}

const watch_book::listeners&
watch_book::watchers_of(const student_id& student) const {
  auto found = students_.find(student);
  return found == students_.end() ? nobody : found->second.watchers;
}

} // namespace registrar
