#include "storage/memory/seat_ledger.hpp"

#include "storage/memory/ledger_content.hpp"

namespace registrar {

fallible<done> memory_seat_ledger::fence(const epoch& owner) {
  std::lock_guard guard{shared_->mutex};
  return shared_->rules.fence(owner);
}

fallible<epoch> memory_seat_ledger::current_epoch() {
  std::lock_guard guard{shared_->mutex};
  return shared_->rules.state().owner();
}

std::vector<seat_ledger::decision>
memory_seat_ledger::execute(std::span<const decide_batch> batches,
                            timestamp at) {
  std::lock_guard guard{shared_->mutex};
  std::vector<decision> result;
  result.reserve(batches.size());
  auto& journal = shared_->journal;
  for (const auto& batch : batches) {
    auto decided = shared_->rules.decide(batch, at);
    for (const auto& entry : decided.entries)
      journal.emplace_hint(journal.end(), ++shared_->last_position, entry);
    result.push_back({std::move(decided.answer), std::move(decided.entries)});
  }
  return result;
}

fallible<std::vector<std::vector<live_registration>>>
memory_seat_ledger::registrations(std::span<const student_id> students) {
  std::lock_guard guard{shared_->mutex};
  std::vector<std::vector<live_registration>> result;
  for (const auto& student : students)
    result.push_back(shared_->rules.state().registrations(student));
  return result;
}

fallible<std::vector<section_rows>>
memory_seat_ledger::rows(std::span<const section_id> sections) {
  std::lock_guard guard{shared_->mutex};
  std::vector<section_rows> result;
  for (const auto& id : sections) {
    const auto* section = shared_->rules.state().find(id);
    if (section == nullptr)
      return ledger_rules::missing(id);
    result.push_back(section->rows());
  }
  return result;
}

fallible<std::vector<section_header>> memory_seat_ledger::headers() {
  std::lock_guard guard{shared_->mutex};
  return shared_->rules.state().headers();
}

fallible<done> memory_seat_ledger::set_standing(
  std::span<const std::pair<student_id, bool>> is_active) {
  std::lock_guard guard{shared_->mutex};
  for (const auto& [student, active] : is_active)
    shared_->rules.set_standing(student, active);
  return done{};
}

fallible<done> memory_seat_ledger::ping() {
  return done{};
}

} // namespace registrar
