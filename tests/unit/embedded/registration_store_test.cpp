#include "storage/rules/digest.hpp"
#include "storage/rules/ledger_rules.hpp"
#include "tests/seed.hpp"
#include "tests/unit/embedded/sql_file.hpp"

#include <algorithm>
#include <map>
#include <vector>

using namespace registrar;
using registrar::test::id;
using registrar::test::random_source;
using registrar::test::sql_file;

namespace {

/// A random history of one section, decided by the real rules.
struct random_ledger {
  explicit random_ledger(random_source& chance,
                         section_id which = id<section_id>(1))
    : random(chance), section(which) {
    REQUIRE(rules.fence({1, 1}));
  }

  ledger_command command() {
    ledger_command x;
    x.request = request_id::random();
    x.registration = registration_id::random();
    x.student = id<student_id>(1 + random.below(sql_file::students));
    x.memo_ttl = std::chrono::hours{1};
    auto kind = random.below(20);
    if (kind < 11) {
      x.kind = command_kind::register_student;
    } else if (kind < 18) {
      x.kind = command_kind::drop;
    } else if (kind < 19 && !joined.empty()) {
      x.kind = command_kind::withdraw;
      x.registration = joined[random.below(joined.size())];
      x.failure_reason = "a test";
    } else {
      x.kind = command_kind::change_settings;
      x.settings.total_seats = static_cast<std::uint32_t>(random.below(6));
      x.changed = changes_total_seats;
    }
    return x;
  }

  void play(int commands) {
    decide_batch batch;
    batch.section = section;
    batch.owner = {1, 1};
    batch.may_create = true;
    batch.initial.total_seats = static_cast<std::uint32_t>(random.below(4));
    for (int i = 0; i < commands; ++i) {
      batch.commands = {command()};
      auto decided = rules.decide(batch, now_utc());
      REQUIRE(decided.answer.error.code == ec::none);
      for (auto& entry : decided.entries) {
        if (entry.kind == entry_kind::decided)
          continue;
        if (!entry.registration.is_nil())
          joined.push_back(entry.registration);
        entries.push_back(std::move(entry));
      }
    }
  }

  random_source& random;
  section_id section;
  ledger_rules rules;
  std::vector<registration_id> joined;
  std::vector<journal_entry> entries;
};

/// The histories of all sections, mixed as the ledger's workers mix them.
std::vector<journal_entry> mixed(random_source& random,
                                 std::vector<random_ledger>& ledgers) {
  std::vector<journal_entry> result;
  std::vector<std::size_t> taken(ledgers.size());
  for (;;) {
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < ledgers.size(); ++i)
      if (taken[i] < ledgers[i].entries.size())
        left.push_back(i);
    if (left.empty())
      return result;
    auto i = left[random.below(left.size())];
    result.push_back(ledgers[i].entries[taken[i]++]);
  }
}

} // namespace

TEST_CASE("SQL equals the ledger after every batch, whatever the batches") {
  for (std::uint64_t round = 0; round < test::rounds(10); ++round) {
    random_source random{round};
    sql_file sql;
    std::vector<random_ledger> ledgers;
    for (std::uint64_t i = 1; i <= sql_file::sections; ++i) {
      ledgers.emplace_back(random, id<section_id>(i));
      ledgers.back().play(60);
    }
    auto all = mixed(random, ledgers);
    std::map<section_id, journal_entry> last;
    std::size_t written = 0;
    while (written < all.size()) {
      // Some of what is there already comes again.
      auto from = written - std::min(written, random.below(8));
      auto to = std::min(all.size(), written + 1 + random.below(40));
      auto applied = sql.store->apply({all.data() + from, to - from});
      REQUIRE_MESSAGE(bool(applied), (applied ? "" : applied.error().detail));
      CHECK(applied->gaps.empty());
      for (; written < to; ++written)
        last[all[written].after.section] = all[written];
      auto rows = sql.store->load();
      REQUIRE(rows);
      REQUIRE(rows->size() == last.size());
      for (const auto& x : *rows) {
        CHECK(x.header == last[x.header.section].after);
        CHECK(digest_of(x) == last[x.header.section].digest);
      }
    }
  }
}

TEST_CASE("a gap is named and nothing behind it is written") {
  random_source random{1'000};
  sql_file sql;
  random_ledger ledger{random};
  ledger.play(40);
  const auto& all = ledger.entries;
  REQUIRE(all.size() > 6);
  std::vector<journal_entry> holed{all.begin(), all.begin() + 6};
  holed.erase(holed.begin() + 3);
  auto applied = sql.store->apply(holed);
  REQUIRE(applied);
  REQUIRE(applied->gaps.size() == 1);
  CHECK(applied->gaps[0].last_sequence == 3);
  CHECK((*sql.store->cursors())[0].last_sequence == 3);
}

TEST_CASE("a projection replaces what SQL has of a section") {
  random_source random{1'000};
  sql_file sql;
  random_ledger ledger{random};
  ledger.play(60);
  const auto& all = ledger.entries;
  REQUIRE(sql.store->apply({all.data(), all.size() / 2}));
  auto* state = ledger.rules.state().find(ledger.section);
  REQUIRE(state != nullptr);
  REQUIRE(sql.store->project(state->rows()));
  auto rows = sql.store->load();
  REQUIRE(rows);
  CHECK(digest_of((*rows)[0]) == all.back().digest);
  CHECK((*rows)[0].header == all.back().after);
}

namespace {

/// Entries of section 1, written one after the other.
struct written_history : sql_file {
  written_history() {
    auto created = next(entry_kind::section_created);
    REQUIRE(store->apply({&created, 1}));
  }

  /// The entry that follows, of one student's registration.
  journal_entry next(entry_kind kind, std::uint64_t student = 0,
                     std::uint64_t registration = 0) {
    journal_entry entry;
    entry.kind = kind;
    entry.after.section = id<section_id>(1);
    entry.after.settings.total_seats = 1;
    entry.after.sequence = ++sequence;
    entry.at = timestamp{std::chrono::seconds{sequence}};
    if (student != 0)
      entry.student = id<student_id>(student);
    entry.registration = id<registration_id>(registration);
    entry.request = id<request_id>(sequence);
    entry.ticket = kind == entry_kind::waitlisted ? sequence : 0;
    entry.failure_reason = kind == entry_kind::withdrawn ? "why" : "";
    return entry;
  }

  ec apply(const std::vector<journal_entry>& entries) {
    auto applied = store->apply(entries);
    return applied ? ec::none : applied.error().code;
  }

  std::uint64_t sequence = 0;
};

} // namespace

TEST_CASE_FIXTURE(written_history,
                  "SQL itself refuses an enrolment above the capacity") {
  CHECK(
    apply({next(entry_kind::enrolled, 1, 1), next(entry_kind::enrolled, 2, 2)})
    == ec::conflict);
  CHECK((*store->cursors())[0].last_sequence == 1);
  CHECK(ask("select count(*) from registrations") == 0);
}

TEST_CASE_FIXTURE(written_history,
                  "SQL itself refuses a student who lives there already") {
  auto more = [](journal_entry entry) {
    entry.after.settings.total_seats = 9;
    return entry;
  };
  CHECK(apply({more(next(entry_kind::enrolled, 1, 1))}) == ec::none);
  CHECK(apply({more(next(entry_kind::enrolled, 1, 2))}) == ec::conflict);
  --sequence;
  CHECK(apply({next(entry_kind::waitlisted, 2, 3)}) == ec::none);
  CHECK(apply({next(entry_kind::waitlisted, 2, 4)}) == ec::conflict);
}

TEST_CASE_FIXTURE(written_history, "a row of nobody known is refused") {
  CHECK(apply({next(entry_kind::enrolled, 77, 1)}) == ec::conflict);
}

TEST_CASE_FIXTURE(written_history,
                  "a row that comes and goes in one batch keeps its dates") {
  CHECK(
    apply({next(entry_kind::enrolled, 1, 1), next(entry_kind::dropped, 1, 1)})
    == ec::none);
  CHECK(ask("select count(*) from registrations where status = 'dropped'"
            " and registration_date = '1970-01-01T00:00:02.000Z'"
            " and dropped_date = '1970-01-01T00:00:03.000Z'")
        == 1);
  CHECK(ask("select enrolled_count from sections where last_sequence > 0")
        == 0);
}

TEST_CASE_FIXTURE(written_history,
                  "what was taken back is shown as failed, with its reason") {
  CHECK(apply({next(entry_kind::enrolled, 1, 1)}) == ec::none);
  CHECK(apply({next(entry_kind::withdrawn, 1, 1)}) == ec::none);
  auto failed = store->failed_registrations(id<student_id>(1), timestamp{});
  REQUIRE(failed);
  REQUIRE(failed->size() == 1);
  CHECK((*failed)[0].reason == "why");
  CHECK((*failed)[0].at == timestamp{std::chrono::seconds{3}});
  CHECK(store->failed_registrations(id<student_id>(1), now_utc())->empty());
  // The student may come back.
  CHECK(apply({next(entry_kind::enrolled, 1, 2)}) == ec::none);
}

TEST_CASE_FIXTURE(written_history,
                  "a promotion that SQL refused is taken back from the line") {
  CHECK(apply({next(entry_kind::enrolled, 1, 1),
               next(entry_kind::waitlisted, 2, 2)})
        == ec::none);
  CHECK(apply({next(entry_kind::promoted, 2, 2)}) == ec::conflict);
  // The dead letter's transaction moves the cursor past the entry.
  auto db = database::open(path, database::mode::write);
  REQUIRE(db);
  REQUIRE(db->execute("update sections set last_sequence = last_sequence + 1"
                      " where in_ledger"));
  CHECK(apply({next(entry_kind::withdrawn, 2, 2)}) == ec::none);
  CHECK(ask("select count(*) from waitlist") == 0);
  CHECK(ask("select count(*) from registrations where status = 'failed'") == 1);
}

TEST_CASE_FIXTURE(written_history, "a notice that comes twice is one row") {
  notification notice;
  notice.student = id<student_id>(1);
  notice.section = id<section_id>(1);
  notice.registration = id<registration_id>(1);
  notice.kind = "promoted";
  notice.sequence = 4;
  REQUIRE(store->notify({&notice, 1}));
  REQUIRE(store->notify({&notice, 1}));
  CHECK(ask("select count(*) from notifications") == 1);
}
