#include "cli/section_comparison.hpp"

#include "storage/rules/ledger_rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace registrar;

namespace {

/// A section of two seats with four students: two enrolled, two waiting.
struct small_history {
  small_history() {
    section.value.bytes[0] = 1;
    decide_batch batch;
    batch.section = section;
    batch.owner = {1, 1};
    batch.may_create = true;
    batch.initial.total_seats = 2;
    for (std::uint8_t i = 1; i <= 4; ++i) {
      ledger_command command;
      command.request.value.bytes[1] = i;
      command.registration.value.bytes[2] = i;
      command.student = student(i);
      command.memo_ttl = std::chrono::hours{1};
      batch.commands.push_back(command);
    }
    REQUIRE(rules.fence({1, 1}));
    entries = rules.decide(batch, now_utc()).entries;
    sql = rows_after(entries.size());
  }

  static student_id student(std::uint8_t number) {
    student_id id;
    id.value.bytes[3] = number;
    return id;
  }

  /// What SQL holds after the first entries.
  section_rows rows_after(std::size_t count) const {
    section_state state{section, 0};
    for (std::size_t i = 0; i < count; ++i)
      REQUIRE(state.take(entries[i]));
    return state.rows();
  }

  section_id section;
  ledger_rules rules;
  std::vector<journal_entry> entries;
  section_rows sql;
};

} // namespace

TEST_CASE_FIXTURE(small_history, "equal rows give no difference") {
  auto found = compare_with_journal(sql, entries);
  CHECK(found.differences.empty());
  CHECK(found.lag == 0);
}

TEST_CASE_FIXTURE(small_history, "entries on their way are lag") {
  auto found = compare_with_journal(rows_after(3), entries);
  CHECK(found.differences.empty());
  CHECK(found.lag == 2);
}

TEST_CASE_FIXTURE(small_history, "an entry trimmed out of the window is no "
                                 "difference") {
  // A seat is given back and goes to the line; the promotion is trimmed.
  decide_batch batch;
  batch.section = section;
  batch.owner = {1, 1};
  ledger_command drop;
  drop.kind = command_kind::drop;
  drop.student = student(1);
  drop.request.value.bytes[1] = 9;
  batch.commands = {drop};
  for (auto& entry : rules.decide(batch, now_utc()).entries)
    entries.push_back(entry);
  drop.student = student(4);
  drop.request.value.bytes[1] = 10;
  batch.commands = {drop};
  for (auto& entry : rules.decide(batch, now_utc()).entries)
    entries.push_back(entry);
  sql = rows_after(entries.size());
  auto promotion = entries.end() - 2;
  REQUIRE(promotion->kind == entry_kind::promoted);
  entries.erase(promotion);
  CHECK(compare_with_journal(sql, entries).differences.empty());
}

TEST_CASE_FIXTURE(small_history, "a deleted registration is named") {
  sql.roster.pop_back();
  auto found = compare_with_journal(sql, entries).differences;
  REQUIRE(!found.empty());
  auto is_named = false;
  for (const auto& x : found)
    is_named = is_named || x.student == student(2);
  CHECK(is_named);
}

TEST_CASE_FIXTURE(small_history, "a deleted waiter is named") {
  sql.waitlist.erase(sql.waitlist.begin());
  sql.header.waitlisted = 1;
  auto found = compare_with_journal(sql, entries).differences;
  REQUIRE(!found.empty());
  CHECK(found[0].student == student(3));
}

TEST_CASE_FIXTURE(small_history, "a changed count and capacity are named") {
  sql.header.enrolled = 1;
  sql.header.settings.total_seats = 3;
  auto found = compare_with_journal(sql, entries).differences;
  std::string all;
  for (const auto& x : found)
    all += x.what + "\n";
  CHECK(all.find("enrolled_count") != std::string::npos);
  CHECK(all.find("total_seats") != std::string::npos);
}

TEST_CASE_FIXTURE(small_history, "a changed registration id is found") {
  sql.roster[0].registration.value.bytes[9] = 77;
  CHECK(!compare_with_journal(sql, entries).differences.empty());
}

TEST_CASE_FIXTURE(small_history, "SQL ahead of the journal is a difference") {
  std::vector<journal_entry> less{entries.begin(), entries.end() - 1};
  CHECK(!compare_with_journal(sql, less).differences.empty());
  CHECK(!compare_with_journal(sql, {}).differences.empty());
}

TEST_CASE_FIXTURE(small_history, "a student in the wrong list is named") {
  auto ledger = sql;
  std::swap(ledger.roster[0], ledger.waitlist[0]);
  auto found = compare_with_ledger(sql, ledger);
  REQUIRE(found.size() == 2);
  CHECK(found[0].what.find("in SQL") != std::string::npos);
}

TEST_CASE_FIXTURE(small_history, "another order of the line is found") {
  auto ledger = sql;
  std::swap(ledger.waitlist[0], ledger.waitlist[1]);
  CHECK(compare_with_ledger(sql, sql).empty());
  CHECK(compare_with_ledger(sql, ledger).size() == 1);
}

TEST_CASE_FIXTURE(small_history, "another registration of the same student is "
                                 "named") {
  auto ledger = sql;
  ledger.roster[1].registration.value.bytes[9] = 77;
  auto found = compare_with_ledger(sql, ledger);
  REQUIRE(found.size() == 1);
  CHECK(found[0].student == sql.roster[1].student);
  CHECK(found[0].what.find("registration") != std::string::npos);
  // The API does not tell the registrations of those who wait.
  ledger = sql;
  ledger.waitlist[0].registration = {};
  CHECK(compare_with_ledger(sql, ledger).empty());
}

TEST_CASE_FIXTURE(small_history, "what an old entry says is no fact any more") {
  decide_batch batch;
  batch.section = section;
  batch.owner = {1, 1};
  batch.commands.resize(2);
  for (std::uint8_t i = 0; i < 2; ++i) {
    auto& command = batch.commands[i];
    command.kind = command_kind::drop;
    command.request.value.bytes[1] = static_cast<std::uint8_t>(10 + i);
    command.student = student(static_cast<std::uint8_t>(1 + i));
    command.memo_ttl = std::chrono::minutes{10};
  }
  for (auto& entry : rules.decide(batch, now_utc()).entries)
    entries.push_back(std::move(entry));
  sql = rows_after(entries.size());
  CHECK(compare_with_journal(sql, entries).differences.empty());
  // The first student's drop had the shorter memo and is let go of first.
  auto kept = entries;
  std::erase_if(kept, [&](const journal_entry& x) {
    return x.kind == entry_kind::dropped && x.student == student(1);
  });
  CHECK(kept.size() + 1 == entries.size());
  CHECK(compare_with_journal(sql, kept).differences.empty());
}

TEST_CASE_FIXTURE(small_history, "a hole in the journal does not hide a loss") {
  auto kept = entries;
  kept.erase(kept.begin() + 3);
  sql.roster.pop_back();
  sql.header.enrolled = 1;
  auto found = compare_with_journal(sql, kept).differences;
  auto is_named = std::any_of(found.begin(), found.end(), [](const auto& x) {
    return x.student == student(2);
  });
  CHECK(is_named);
}

TEST_CASE_FIXTURE(small_history, "an enrolment above the capacity is named") {
  for (auto& entry : entries)
    entry.after.settings.total_seats = 1;
  sql.header.settings.total_seats = 1;
  auto found = compare_with_journal(sql, entries).differences;
  REQUIRE(!found.empty());
  CHECK(found[0].what.find("oversold") != std::string::npos);
}
