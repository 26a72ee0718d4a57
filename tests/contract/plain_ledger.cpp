#include "tests/contract/plain_ledger.hpp"

#include <algorithm>

namespace registrar::test {

namespace {

bool has(const std::vector<refusal>& refusals, refusal_reason reason) {
  return std::any_of(refusals.begin(), refusals.end(),
                     [=](const auto& x) { return x.reason == reason; });
}

/// Refused for nothing but what passes by itself: the window, a freeze.
bool passes(const seat_outcome& outcome) {
  if (outcome.status != seat_status::rejected)
    return false;
  for (const auto& x : outcome.refusals)
    if (x.reason != refusal_reason::window_over
        && x.reason != refusal_reason::window_not_yet_open
        && x.reason != refusal_reason::section_frozen)
      return false;
  return true;
}

template <class Rows, class Is>
auto find(Rows& rows, Is is) {
  return std::find_if(rows.begin(), rows.end(), is);
}

} // namespace

void plain_ledger::set_standing(const student_id& student, bool is_active) {
  if (is_active)
    inactive_.erase(student);
  else
    inactive_.insert(student);
}

batch_decided plain_ledger::decide(const decide_batch& batch, timestamp at) {
  batch_decided result;
  if (owner_.number == 0)
    result.error.code = ec::ledger_lost;
  else if (batch.owner != owner_)
    result.error.code = ec::fenced;
  else if (!sections_.contains(batch.section) && !batch.may_create)
    result.error.code = ec::ledger_lost;
  if (result.error.code != ec::none)
    return result;
  if (!sections_.contains(batch.section)) {
    sections_[batch.section].settings = batch.initial;
    sections_[batch.section].sequence = 1;
  }
  auto& here = sections_[batch.section];
  for (const auto& command : batch.commands)
    result.outcomes.push_back(answer(here, command, at));
  result.header = {batch.section, here.settings, here.sequence,
                   static_cast<std::uint32_t>(here.roster.size()),
                   static_cast<std::uint32_t>(here.line.size())};
  return result;
}

seat_outcome plain_ledger::answer(section& here, const ledger_command& command,
                                  timestamp at) {
  auto known = here.memos.find(command.request);
  if (known != here.memos.end() && known->second.expires > at)
    if (command.attempt <= known->second.attempt
        || !passes(known->second.outcome))
      return known->second.outcome;
  auto outcome = judge(here, command);
  here.memos[command.request]
    = {outcome, command.attempt, at + command.memo_ttl};
  promote(here);
  return outcome;
}

seat_outcome plain_ledger::judge(section& here, const ledger_command& command) {
  seat_outcome outcome;
  auto is_meant = [&](const row& x) {
    return command.kind == command_kind::drop
             ? x.first == command.student
             : x.second == command.registration;
  };
  if (command.kind == command_kind::register_student) {
    outcome = register_student(here, command);
  } else if (command.kind == command_kind::change_settings) {
    outcome = change(here, command);
  } else {
    auto drops = command.kind == command_kind::drop;
    auto seat = find(here.roster, is_meant);
    auto place = find(here.line, is_meant);
    if (!drops)
      outcome.registration = command.registration;
    if (seat != here.roster.end()) {
      outcome.status = drops ? seat_status::dropped : seat_status::withdrawn;
      outcome.registration = seat->second;
      here.roster.erase(seat);
      ++here.sequence;
    } else if (place != here.line.end()) {
      outcome.status
        = drops ? seat_status::left_waitlist : seat_status::withdrawn;
      outcome.registration = place->second;
      here.line.erase(place);
      ++here.sequence;
    } else {
      outcome.status = drops ? seat_status::not_registered
                             : seat_status::nothing_to_withdraw;
    }
  }
  outcome.sequence = here.sequence;
  return outcome;
}

seat_outcome plain_ledger::register_student(section& here,
                                            const ledger_command& command) {
  seat_outcome outcome;
  auto is_student = [&](const row& x) { return x.first == command.student; };
  auto seat = find(here.roster, is_student);
  auto place = find(here.line, is_student);
  auto lives = seat != here.roster.end() || place != here.line.end();
  if (lives && command.verdict.empty()) {
    outcome.status = seat_status::already_registered;
    outcome.registration
      = seat != here.roster.end() ? seat->second : place->second;
    if (place != here.line.end())
      outcome.waitlist_position
        = static_cast<std::uint32_t>(place - here.line.begin() + 1);
    return outcome;
  }
  const auto& settings = here.settings;
  auto& refusals = outcome.refusals = command.verdict;
  auto gets_seat
    = here.line.empty() && here.roster.size() < settings.total_seats;
  auto gets_place = here.line.size() < settings.waitlist_capacity;
  if (!settings.is_active && !has(refusals, refusal_reason::section_inactive))
    refusals.push_back({refusal_reason::section_inactive, {}});
  if (settings.is_frozen && !has(refusals, refusal_reason::section_frozen))
    refusals.push_back({refusal_reason::section_frozen, {}});
  if (!gets_seat && !gets_place)
    refusals.push_back({refusal_reason::section_full, {}});
  if (!refusals.empty()) {
    outcome.status = seat_status::rejected;
    return outcome;
  }
  outcome.registration = command.registration;
  outcome.status = gets_seat ? seat_status::enrolled : seat_status::waitlisted;
  auto& rows = gets_seat ? here.roster : here.line;
  rows.emplace_back(command.student, command.registration);
  if (!gets_seat)
    outcome.waitlist_position = static_cast<std::uint32_t>(here.line.size());
  ++here.sequence;
  return outcome;
}

seat_outcome plain_ledger::change(section& here,
                                  const ledger_command& command) {
  seat_outcome outcome;
  auto wanted = here.settings;
  if (command.changed & changes_total_seats)
    wanted.total_seats = command.settings.total_seats;
  if (command.changed & changes_waitlist_capacity)
    wanted.waitlist_capacity = command.settings.waitlist_capacity;
  if (command.changed & changes_is_active)
    wanted.is_active = command.settings.is_active;
  if (command.changed & changes_is_frozen)
    wanted.is_frozen = command.settings.is_frozen;
  if (command.if_version != 0 && command.if_version != here.settings.version) {
    outcome.status = seat_status::version_mismatch;
  } else if (wanted == here.settings) {
    outcome.status = seat_status::settings_unchanged;
  } else {
    outcome.status = seat_status::settings_changed;
    here.settings = wanted;
    ++here.settings.version;
    ++here.sequence;
  }
  return outcome;
}

void plain_ledger::promote(section& here) {
  while (here.settings.is_active && !here.settings.is_frozen
         && !here.line.empty()
         && here.roster.size() < here.settings.total_seats) {
    if (!inactive_.contains(here.line.front().first))
      here.roster.push_back(here.line.front());
    here.line.erase(here.line.begin());
    ++here.sequence;
  }
}

} // namespace registrar::test
