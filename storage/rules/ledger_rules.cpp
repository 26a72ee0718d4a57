#include "storage/rules/ledger_rules.hpp"

#include "messages/assertion.hpp"
#include "messages/refusals.hpp"

#include <algorithm>

namespace registrar {

namespace {

constexpr auto not_active_any_more
  = "A seat became free, but you were no longer an active student.";

bool is_passing_refusal(const seat_outcome& outcome) {
  return outcome.status == seat_status::rejected
         && std::all_of(outcome.refusals.begin(), outcome.refusals.end(),
                        [](const refusal& x) { return is_passing(x.reason); });
}

/// A passing refusal binds attempts up to its own, every other memo all.
bool binds(const memo_table::found& memo, const ledger_command& command) {
  return command.attempt <= memo.attempt || !is_passing_refusal(memo.outcome);
}

void add_reason(std::vector<refusal>& reasons, refusal_reason reason) {
  auto is_same = [=](const refusal& x) { return x.reason == reason; };
  if (std::none_of(reasons.begin(), reasons.end(), is_same))
    reasons.push_back({reason, timestamp{}});
}

/// What the section itself has against a newcomer, all together.
void add_own_reasons(std::vector<refusal>& reasons, const section_state& x) {
  if (!x.settings().is_active)
    add_reason(reasons, refusal_reason::section_inactive);
  if (x.settings().is_frozen)
    add_reason(reasons, refusal_reason::section_frozen);
  auto has_seat = x.has_free_seat() && x.line().empty();
  if (!has_seat && x.line().size() >= x.settings().waitlist_capacity)
    add_reason(reasons, refusal_reason::section_full);
}

section_settings changed_settings(section_settings now,
                                  const ledger_command& command) {
  const auto& wanted = command.settings;
  if (command.changed & changes_total_seats)
    now.total_seats = wanted.total_seats;
  if (command.changed & changes_waitlist_capacity)
    now.waitlist_capacity = wanted.waitlist_capacity;
  if (command.changed & changes_is_active)
    now.is_active = wanted.is_active;
  if (command.changed & changes_is_frozen)
    now.is_frozen = wanted.is_frozen;
  return now;
}

journal_entry entry_of(entry_kind kind, const live_row& row) {
  journal_entry result;
  result.kind = kind;
  result.request = row.request;
  result.student = row.student;
  result.registration = row.registration;
  result.ticket = row.ticket;
  return result;
}

} // namespace

/// One batch being decided.
struct ledger_rules::judgement {
  const section_state* section;
  timestamp at;
  std::vector<journal_entry>& entries;
  /// The command in hand, or null.
  const ledger_command* command = nullptr;
};

fallible<done> ledger_rules::fence(const epoch& owner) {
  auto highest = state_.owner().number;
  if (owner.number <= highest)
    return failure{ec::fenced, "The ledger is owned under epoch "
                                 + std::to_string(highest)
                                 + "; a new owner needs a higher one than "
                                 + std::to_string(owner.number) + "."};
  state_.set_owner(owner);
  return done{};
}

ledger_rules::decision ledger_rules::decide(const decide_batch& batch,
                                            timestamp at) {
  decision result;
  auto& answer = result.answer;
  if (state_.owner().number == 0) {
    answer.error = {ec::ledger_lost, "The ledger has no owner's epoch."};
    return result;
  }
  if (batch.owner != state_.owner()) {
    answer.error = {ec::fenced, "Another owner took the ledger over."};
    return result;
  }
  const auto& readable = std::as_const(state_);
  judgement now{readable.find(batch.section), at, result.entries};
  if (now.section == nullptr && !batch.may_create) {
    answer.error = missing(batch.section);
    return result;
  }
  state_.forget(at, 2 * batch.commands.size() + 1);
  result.entries.reserve(batch.commands.size());
  answer.outcomes.reserve(batch.commands.size());
  if (now.section == nullptr)
    create(now, batch);
  for (const auto& command : batch.commands) {
    auto memo = readable.find_memo(*now.section, command.request, at);
    if (memo && binds(*memo, command))
      answer.outcomes.push_back(std::move(memo->outcome));
    else
      answer.outcomes.push_back(judge(now, command));
  }
  answer.header = now.section->header();
  return result;
}

failure ledger_rules::missing(const section_id& section) {
  return {ec::ledger_lost,
          "The ledger does not hold section " + section.to_string() + "."};
}

seat_outcome ledger_rules::judge(judgement& now,
                                 const ledger_command& command) {
  now.command = &command;
  auto first = now.entries.size();
  seat_outcome outcome;
  switch (command.kind) {
    case command_kind::register_student:
      outcome = register_student(now, command);
      break;
    case command_kind::drop: outcome = drop(now, command); break;
    case command_kind::withdraw: outcome = withdraw(now, command); break;
    case command_kind::change_settings:
      outcome = change_settings(now, command);
      break;
  }
  REGISTRAR_ASSERT(now.entries.size() == first + 1);
  now.command = nullptr;
  promote(now);
  return outcome;
}

seat_outcome ledger_rules::register_student(judgement& now,
                                            const ledger_command& command) {
  const auto& section = *now.section;
  const auto* row = section.find(command.student);
  seat_outcome outcome;
  if (command.verdict.empty() && row != nullptr) {
    outcome.status = seat_status::already_registered;
    outcome.registration = row->registration;
    outcome.waitlist_position = section.position_of(*row);
    return no_effect(now, command, std::move(outcome));
  }
  outcome.refusals = command.verdict;
  add_own_reasons(outcome.refusals, section);
  if (!outcome.refusals.empty()) {
    outcome.status = seat_status::rejected;
    return no_effect(now, command, std::move(outcome));
  }
  journal_entry entry;
  entry.request = command.request;
  entry.student = command.student;
  entry.registration = command.registration;
  outcome.registration = command.registration;
  if (section.has_free_seat() && section.line().empty()) {
    entry.kind = entry_kind::enrolled;
    outcome.status = seat_status::enrolled;
  } else {
    entry.kind = entry_kind::waitlisted;
    entry.ticket = section.sequence() + 1;
    outcome.status = seat_status::waitlisted;
    outcome.waitlist_position = section.line().size() + 1;
  }
  return effect(now, std::move(entry), std::move(outcome));
}

seat_outcome ledger_rules::drop(judgement& now, const ledger_command& command) {
  const auto* row = now.section->find(command.student);
  seat_outcome outcome;
  if (row == nullptr) {
    outcome.status = seat_status::not_registered;
    return no_effect(now, command, std::move(outcome));
  }
  auto waits = row->ticket != 0;
  outcome.status = waits ? seat_status::left_waitlist : seat_status::dropped;
  outcome.registration = row->registration;
  auto entry
    = entry_of(waits ? entry_kind::left_waitlist : entry_kind::dropped, *row);
  entry.request = command.request;
  return effect(now, std::move(entry), std::move(outcome));
}

seat_outcome ledger_rules::withdraw(judgement& now,
                                    const ledger_command& command) {
  const auto* row = now.section->find(command.registration);
  seat_outcome outcome;
  outcome.registration = command.registration;
  if (row == nullptr) {
    outcome.status = seat_status::nothing_to_withdraw;
    return no_effect(now, command, std::move(outcome));
  }
  outcome.status = seat_status::withdrawn;
  auto entry = entry_of(row->ticket != 0 ? entry_kind::removed_from_waitlist
                                         : entry_kind::withdrawn,
                        *row);
  entry.request = command.request;
  entry.failure_reason = command.failure_reason;
  return effect(now, std::move(entry), std::move(outcome));
}

seat_outcome ledger_rules::change_settings(judgement& now,
                                           const ledger_command& command) {
  const auto& settings = now.section->settings();
  auto wanted = changed_settings(settings, command);
  seat_outcome outcome;
  if (command.if_version != 0 && command.if_version != settings.version) {
    outcome.status = seat_status::version_mismatch;
    return no_effect(now, command, std::move(outcome));
  }
  if (wanted == settings) {
    outcome.status = seat_status::settings_unchanged;
    return no_effect(now, command, std::move(outcome));
  }
  outcome.status = seat_status::settings_changed;
  journal_entry entry;
  entry.kind = entry_kind::settings_changed;
  entry.request = command.request;
  entry.after.settings = wanted;
  entry.after.settings.version = settings.version + 1;
  return effect(now, std::move(entry), std::move(outcome));
}

void ledger_rules::create(judgement& now, const decide_batch& batch) {
  journal_entry entry;
  entry.kind = entry_kind::section_created;
  entry.at = now.at;
  entry.after.section = batch.section;
  entry.after.settings = batch.initial;
  entry.after.sequence = 1;
  auto was_taken = state_.take(entry);
  REGISTRAR_ASSERT(was_taken);
  now.section = std::as_const(state_).find(batch.section);
  now.entries.push_back(std::move(entry));
}

void ledger_rules::promote(judgement& now) {
  const auto& section = *now.section;
  while (section.settings().is_active && !section.settings().is_frozen
         && section.has_free_seat() && !section.line().empty()) {
    const auto* row = section.find(section.line().front());
    REGISTRAR_ASSERT(row != nullptr && row->ticket != 0);
    auto is_active = state_.is_active(row->student);
    auto entry = entry_of(is_active ? entry_kind::promoted
                                    : entry_kind::removed_from_waitlist,
                          *row);
    if (!is_active)
      entry.failure_reason = not_active_any_more;
    effect(now, std::move(entry), seat_outcome{});
  }
}

seat_outcome ledger_rules::effect(judgement& now, journal_entry entry,
                                  seat_outcome memo) {
  const auto& section = *now.section;
  entry.at = now.at;
  if (entry.kind != entry_kind::settings_changed)
    entry.after.settings = section.settings();
  entry.after.section = section.id();
  entry.after.sequence = section.sequence() + 1;
  if (memo.status != seat_status::undecided) {
    memo.sequence = entry.after.sequence;
    entry.memo = memo;
    entry.memo_expires = now.at + now.command->memo_ttl;
    entry.memo_attempt = now.command->attempt;
  }
  auto enrolled_before = section.enrolled();
  auto was_taken = state_.take(entry);
  REGISTRAR_ASSERT(was_taken);
  REGISTRAR_ASSERT(section.enrolled() <= enrolled_before
                   || section.enrolled() <= section.settings().total_seats);
  entry.after = section.header();
  entry.digest = section.digest();
  now.entries.push_back(std::move(entry));
  return memo;
}

seat_outcome ledger_rules::no_effect(judgement& now,
                                     const ledger_command& command,
                                     seat_outcome memo) {
  const auto& section = *now.section;
  memo.sequence = section.sequence();
  journal_entry entry;
  entry.kind = entry_kind::decided;
  entry.after = section.header();
  entry.digest = section.digest();
  entry.at = now.at;
  entry.request = command.request;
  entry.student = command.student;
  entry.memo = memo;
  entry.memo_expires = now.at + command.memo_ttl;
  entry.memo_attempt = command.attempt;
  auto was_taken = state_.take(entry);
  REGISTRAR_ASSERT(was_taken);
  now.entries.push_back(std::move(entry));
  return memo;
}

} // namespace registrar
