#include "storage/rules/ledger_rules.hpp"

#include "storage/rules/invariants.hpp"
#include "tests/ids_of.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace std::chrono_literals;
using registrar::test::id;

namespace {

constexpr timestamp start{1'700'000'000'000ms};
const auto here = id<section_id>(1);
constexpr epoch owner{1, 11};

/// A section of one ledger, commanded by small numbers.
struct desk {
  explicit desk(std::uint32_t seats, std::uint32_t waitlist = unlimited) {
    REQUIRE(rules.fence(owner));
    decide_batch batch{here, owner, true, {seats, waitlist}, {}};
    REQUIRE(rules.decide(batch, now).entries.size() == 1);
  }

  seat_outcome run(ledger_command command) {
    command.memo_ttl = 1h;
    if (command.request.is_nil())
      command.request = id<request_id>(++last_request);
    auto decision = rules.decide({here, owner, false, {}, {command}}, now);
    REQUIRE(decision.answer.error == failure{});
    entries = decision.entries;
    auto rows = rules.state().find(here)->rows();
    CHECK(broken_invariants(rows, rules.state().find(here)->digest()).empty());
    return decision.answer.outcomes.at(0);
  }

  seat_outcome add(std::uint64_t student, std::vector<refusal> verdict = {}) {
    ledger_command command;
    command.student = id<student_id>(student);
    command.registration = id<registration_id>(++last_request);
    command.verdict = std::move(verdict);
    return run(command);
  }

  seat_outcome drop(std::uint64_t student) {
    ledger_command command;
    command.kind = command_kind::drop;
    command.student = id<student_id>(student);
    return run(command);
  }

  seat_outcome withdraw(registration_id registration) {
    ledger_command command;
    command.kind = command_kind::withdraw;
    command.registration = registration;
    command.failure_reason = "why";
    return run(command);
  }

  seat_outcome set(std::uint8_t mask, section_settings settings,
                   std::uint64_t if_version = 0) {
    ledger_command command;
    command.kind = command_kind::change_settings;
    command.settings = settings;
    command.changed = mask;
    command.if_version = if_version;
    return run(command);
  }

  seat_outcome freeze(bool is_frozen) {
    return set(changes_is_frozen, {0, 0, true, is_frozen});
  }

  std::vector<student_id> roster() const {
    std::vector<student_id> result;
    for (const auto& row : rules.state().find(here)->rows().roster)
      result.push_back(row.student);
    return result;
  }

  ledger_rules rules;
  timestamp now = start;
  std::uint64_t last_request = 1000;
  std::vector<journal_entry> entries;
};

std::vector<student_id> students(std::initializer_list<std::uint64_t> numbers) {
  std::vector<student_id> result;
  for (auto number : numbers)
    result.push_back(id<student_id>(number));
  return result;
}

std::vector<refusal_reason> reasons(const seat_outcome& outcome) {
  std::vector<refusal_reason> result;
  for (const auto& x : outcome.refusals)
    result.push_back(x.reason);
  return result;
}

} // namespace

TEST_CASE("seats go to the first, then the line forms in order") {
  desk x{2};
  CHECK(x.add(1).status == seat_status::enrolled);
  CHECK(x.add(2).status == seat_status::enrolled);
  CHECK(x.add(3).waitlist_position == 1);
  CHECK(x.add(4).waitlist_position == 2);
  CHECK(x.roster() == students({1, 2}));
}

TEST_CASE("a freed seat goes to the line in the same decision") {
  desk x{1};
  x.add(1);
  x.add(2);
  x.add(3);
  auto outcome = x.drop(1);
  CHECK(outcome.status == seat_status::dropped);
  REQUIRE(x.entries.size() == 2);
  CHECK(x.entries[0].kind == entry_kind::dropped);
  CHECK(x.entries[0].after.sequence == outcome.sequence);
  CHECK(x.entries[1].kind == entry_kind::promoted);
  CHECK(x.entries[1].student == id<student_id>(2));
  CHECK(x.entries[1].memo.status == seat_status::undecided);
  CHECK(x.entries[1].after.sequence == outcome.sequence + 1);
  CHECK(x.roster() == students({2}));
}

TEST_CASE("a student has one live state and can come back after a drop") {
  desk x{1};
  auto first = x.add(1);
  auto again = x.add(1);
  CHECK(again.status == seat_status::already_registered);
  CHECK(again.registration == first.registration);
  x.add(2);
  CHECK(x.add(2).waitlist_position == 1);
  x.drop(1);
  CHECK(x.add(1).status == seat_status::waitlisted);
  CHECK(x.drop(1).status == seat_status::left_waitlist);
  CHECK(x.drop(1).status == seat_status::not_registered);
}

TEST_CASE("the same request is answered the same way, later changes or not") {
  desk x{1};
  ledger_command command;
  command.request = id<request_id>(5);
  command.student = id<student_id>(1);
  command.registration = id<registration_id>(5);
  auto first = x.run(command);
  x.drop(1);
  command.registration = id<registration_id>(6);
  CHECK(x.run(command) == first);
  CHECK(x.entries.empty());
  CHECK(x.roster().empty());
  x.now += 1h;
  CHECK(x.run(command).registration == id<registration_id>(6));
}

TEST_CASE("the memo comes before the verdict") {
  desk x{1};
  ledger_command command;
  command.request = id<request_id>(5);
  command.student = id<student_id>(1);
  command.registration = id<registration_id>(5);
  auto first = x.run(command);
  command.verdict = {{refusal_reason::window_over, timestamp{}}};
  CHECK(x.run(command) == first);
}

TEST_CASE("a verdict is told together with the section's own reasons") {
  desk x{0, 0};
  x.set(changes_is_active | changes_is_frozen, {0, 0, false, true});
  auto outcome = x.add(1, {{refusal_reason::window_over, timestamp{}}});
  CHECK(outcome.status == seat_status::rejected);
  CHECK(reasons(outcome)
        == std::vector{
          refusal_reason::window_over, refusal_reason::section_inactive,
          refusal_reason::section_frozen, refusal_reason::section_full});
  CHECK(x.entries.at(0).kind == entry_kind::decided);
}

TEST_CASE("a passing refusal binds earlier attempts, not later ones") {
  desk x{1};
  x.freeze(true);
  ledger_command command;
  command.request = id<request_id>(5);
  command.student = id<student_id>(1);
  command.registration = id<registration_id>(5);
  command.attempt = 2;
  CHECK(reasons(x.run(command)) == std::vector{refusal_reason::section_frozen});
  x.freeze(false);
  command.attempt = 1;
  CHECK(x.run(command).status == seat_status::rejected);
  command.attempt = 2;
  CHECK(x.run(command).status == seat_status::rejected);
  command.attempt = 3;
  CHECK(x.run(command).status == seat_status::enrolled);
  command.attempt = 2;
  CHECK(x.run(command).status == seat_status::enrolled);
}

TEST_CASE("a lasting refusal binds every attempt") {
  desk x{0, 0};
  x.freeze(true);
  ledger_command command;
  command.request = id<request_id>(5);
  command.student = id<student_id>(1);
  auto first = x.run(command);
  x.set(changes_total_seats | changes_is_frozen, {5, 0, true, false});
  command.attempt = 9;
  CHECK(x.run(command) == first);
}

TEST_CASE("a waitlist takes no more than its capacity") {
  desk x{1, 1};
  x.add(1);
  CHECK(x.add(2).status == seat_status::waitlisted);
  CHECK(reasons(x.add(3)) == std::vector{refusal_reason::section_full});
}

TEST_CASE("a frozen section promotes at its thaw, in order") {
  desk x{2};
  for (std::uint64_t i = 1; i <= 4; ++i)
    x.add(i);
  x.freeze(true);
  CHECK(x.drop(1).status == seat_status::dropped);
  x.drop(2);
  CHECK(x.roster().empty());
  CHECK(reasons(x.add(5)) == std::vector{refusal_reason::section_frozen});
  x.freeze(false);
  CHECK(x.roster() == students({3, 4}));
}

TEST_CASE("an inactive section promotes at its re-activation") {
  desk x{1};
  x.add(1);
  x.add(2);
  x.set(changes_is_active, {0, 0, false, false});
  x.drop(1);
  CHECK(x.roster().empty());
  x.set(changes_is_active, {0, 0, true, false});
  CHECK(x.roster() == students({2}));
}

TEST_CASE(
  "a raised capacity promotes, a lowered one evicts and enrols nobody") {
  desk x{2};
  for (std::uint64_t i = 1; i <= 5; ++i)
    x.add(i);
  x.set(changes_total_seats, {4});
  CHECK(x.roster() == students({1, 2, 3, 4}));
  x.set(changes_total_seats, {1});
  CHECK(x.roster() == students({1, 2, 3, 4}));
  x.drop(1);
  x.drop(2);
  CHECK(x.roster() == students({3, 4}));
  x.drop(3);
  x.drop(4);
  CHECK(x.roster() == students({5}));
}

TEST_CASE("a waiter who is not active any more is taken out of the line") {
  desk x{1};
  x.add(1);
  x.add(2);
  x.add(3);
  x.rules.set_standing(id<student_id>(2), false);
  x.drop(1);
  REQUIRE(x.entries.size() == 3);
  CHECK(x.entries[1].kind == entry_kind::removed_from_waitlist);
  CHECK(x.entries[1].student == id<student_id>(2));
  CHECK_FALSE(x.entries[1].failure_reason.empty());
  CHECK(x.roster() == students({3}));
}

TEST_CASE("a withdrawal takes back one registration, not a later one") {
  desk x{1};
  auto first = x.add(1);
  x.add(2);
  x.drop(1);
  auto later = x.add(1);
  CHECK(x.withdraw(first.registration).status
        == seat_status::nothing_to_withdraw);
  CHECK(x.rules.state().find(here)->header().waitlisted == 1);
  CHECK(x.withdraw(later.registration).status == seat_status::withdrawn);
  CHECK(x.entries.at(0).kind == entry_kind::removed_from_waitlist);
  CHECK(x.entries.at(0).failure_reason == "why");
}

TEST_CASE("a withdrawn seat goes to the line") {
  desk x{1};
  auto first = x.add(1);
  x.add(2);
  x.withdraw(first.registration);
  CHECK(x.roster() == students({2}));
}

TEST_CASE("settings change under their version") {
  desk x{1};
  CHECK(x.set(changes_total_seats, {1}).status
        == seat_status::settings_unchanged);
  CHECK(x.set(changes_total_seats, {2}, 7).status
        == seat_status::version_mismatch);
  CHECK(x.set(changes_total_seats, {2}, 1).status
        == seat_status::settings_changed);
  CHECK(x.rules.state().find(here)->settings().version == 2);
}

TEST_CASE("only the owner's epoch is served, and a new one must be higher") {
  desk x{1};
  CHECK(x.rules.fence({1, 12}).error().code == ec::fenced);
  CHECK(x.rules.fence({2, 5}));
  auto old = x.rules.decide({here, owner, false, {}, {}}, start);
  CHECK(old.answer.error.code == ec::fenced);
  auto same_number = x.rules.decide({here, {2, 6}, false, {}, {}}, start);
  CHECK(same_number.answer.error.code == ec::fenced);
  auto fresh = x.rules.decide({here, {2, 5}, false, {}, {}}, start);
  CHECK(fresh.answer.error == failure{});
  CHECK(fresh.answer.header.settings.total_seats == 1);
}

TEST_CASE("a section or an epoch that is missing is a lost ledger") {
  ledger_rules rules;
  CHECK(rules.decide({here, owner, true, {}, {}}, start).answer.error.code
        == ec::ledger_lost);
  REQUIRE(rules.fence(owner));
  CHECK(rules.decide({here, owner, false, {}, {}}, start).answer.error.code
        == ec::ledger_lost);
}

TEST_CASE("a student's registrations are read by section") {
  desk x{1};
  decide_batch other{id<section_id>(0), owner, true, {0}, {}};
  ledger_command command;
  command.student = id<student_id>(1);
  command.request = id<request_id>(1);
  command.registration = id<registration_id>(1);
  other.commands.push_back(command);
  REQUIRE(x.rules.decide(other, start).answer.error == failure{});
  x.add(1);
  auto found = x.rules.state().registrations(id<student_id>(1));
  REQUIRE(found.size() == 2);
  CHECK(found[0].section == id<section_id>(0));
  CHECK(found[0].waitlist_position == 1);
  CHECK(found[1].section == here);
  CHECK_FALSE(found[1].is_waiting);
  x.drop(1);
  CHECK(x.rules.state().registrations(id<student_id>(1)).size() == 1);
}
