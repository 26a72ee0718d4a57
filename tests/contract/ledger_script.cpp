#include "tests/contract/ledger_script.hpp"

#include "tests/contract/back_end.hpp"
#include "tests/ids_of.hpp"

namespace registrar::test {

namespace {

using namespace std::chrono_literals;

/// Retries reach back so many commands of a section.
constexpr std::size_t retries_reach = 30;

} // namespace

std::vector<decide_batch> ledger_script::batches() {
  std::vector<decide_batch> result(1 + random.below(6));
  for (auto& x : result)
    x = batch();
  return result;
}

void ledger_script::learn(std::span<const decide_batch> asked,
                          std::span<const seat_ledger::decision> decided) {
  for (std::size_t i = 0; i < asked.size(); ++i) {
    for (const auto& entry : decided[i].entries) {
      if (!entry.registration.is_nil())
        joined_.push_back(entry.registration);
      versions_[asked[i].section] = entry.after.settings.version;
    }
  }
}

void ledger_script::pass_time() {
  if (random.one_in(12))
    now += 11min;
  else if (random.one_in(30))
    now += 13h;
  else
    now += std::chrono::milliseconds{random.below(4)};
}

decide_batch ledger_script::batch() {
  decide_batch result;
  auto number = 1 + random.below(sections_max);
  result.section = id<section_id>(number);
  result.owner = owner;
  result.may_create = !random.one_in(4);
  result.initial = settings();
  if (random.one_in(20)) {
    result.section = id<section_id>(99);
    result.may_create = false;
  }
  if (random.one_in(25))
    --result.owner.number;
  else if (random.one_in(25))
    ++result.owner.token;
  result.commands.resize(random.below(7));
  for (auto& x : result.commands)
    x = command(result.section);
  return result;
}

ledger_command ledger_script::command(const section_id& section) {
  auto& sent = sent_[section];
  earlier_ = &sent;
  auto result
    = !sent.empty() && random.one_in(5) ? retry() : fresh_command(section);
  sent.push_back(result);
  return result;
}

/// The same request again, as a key's later attempt or its first one that
/// comes late: new ids and verdict, the rest as it was.
ledger_command ledger_script::retry() {
  auto reach = std::min(retries_reach, earlier_->size());
  auto result = (*earlier_)[earlier_->size() - 1 - random.below(reach)];
  if (result.kind == command_kind::register_student) {
    result.registration = id<registration_id>(++last_number_);
    result.verdict = verdict();
  }
  result.attempt = static_cast<std::uint32_t>(1 + random.below(4));
  return result;
}

ledger_command ledger_script::fresh_command(const section_id& section) {
  ledger_command result;
  result.request = id<request_id>(++last_number_);
  result.memo_ttl = random.one_in(2) ? 25h : 10min;
  result.attempt = static_cast<std::uint32_t>(1 + random.below(2));
  result.student = any_student();
  auto kind = random.below(20);
  if (kind < 10) {
    result.registration = id<registration_id>(last_number_);
    result.verdict = verdict();
  } else if (kind < 15) {
    result.kind = command_kind::drop;
  } else if (kind < 17) {
    result.kind = command_kind::withdraw;
    result.student = {};
    result.registration = joined_.empty()
                            ? id<registration_id>(7'000'000)
                            : joined_[random.below(joined_.size())];
    result.failure_reason = "Row " + std::to_string(last_number_)
                            + " cannot be held: \"\xc3\xa4\xc3\xb6\";\n";
  } else {
    result.kind = command_kind::change_settings;
    result.student = {};
    result.settings = settings();
    result.changed = static_cast<std::uint8_t>(random.below(16));
    if (random.one_in(3))
      result.if_version = versions_[section] + random.below(2);
  }
  return result;
}

section_settings ledger_script::settings() {
  section_settings result;
  result.total_seats = static_cast<std::uint32_t>(random.below(6));
  if (!random.one_in(3))
    result.waitlist_capacity = static_cast<std::uint32_t>(random.below(5));
  result.is_active = !random.one_in(4);
  result.is_frozen = random.one_in(4);
  return result;
}

std::vector<refusal> ledger_script::verdict() {
  const refusal all[] = {
    {refusal_reason::window_not_yet_open, now + 1h},
    {refusal_reason::window_over, {}},
    {refusal_reason::course_inactive, {}},
    {refusal_reason::section_frozen, {}},
  };
  if (!random.one_in(6))
    return {};
  auto first = random.below(4);
  auto count = 1 + random.below(4 - first);
  return {all + first, all + first + count};
}

student_id ledger_script::any_student() {
  return id<student_id>(1 + random.below(students_max));
}

} // namespace registrar::test
