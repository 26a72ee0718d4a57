#include "storage/embedded/registration_store.hpp"

#include "storage/embedded/catalogue_store.hpp"
#include "storage/embedded/migrator.hpp"
#include "storage/rules/digest.hpp"
#include "storage/rules/ledger_rules.hpp"
#include "tests/unit/embedded/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <random>

using namespace registrar;

namespace {

constexpr int students_max = 12;

uuid numbered(std::uint8_t kind, std::uint8_t number) {
  uuid id;
  id.bytes[0] = kind;
  id.bytes[15] = number;
  return id;
}

/// registrar.db with one section and a dozen students.
struct sql_file {
  sql_file() {
    auto db = database::open(path, database::mode::write);
    REQUIRE(db);
    REQUIRE(migrate(*db, registrar_migrations()));
    catalogue_content rows;
    course math;
    math.course_id = {numbered(4, 1)};
    math.course_code = "MATH 1";
    rows.courses.push_back(math);
    semester fall;
    fall.semester_id = {numbered(5, 1)};
    fall.semester_name = "fall";
    rows.semesters.push_back(fall);
    section a;
    a.section_id = section_of;
    a.course_id = math.course_id;
    a.semester_id = fall.semester_id;
    a.section_number = "A";
    rows.sections.push_back(a);
    for (std::uint8_t i = 0; i < students_max; ++i) {
      student x;
      x.student_id = {numbered(2, i)};
      x.student_number = "S" + std::to_string(i);
      rows.students.push_back(x);
    }
    auto catalogue = embedded_catalogue_store::open(path);
    REQUIRE(catalogue);
    REQUIRE((*catalogue)->put(rows, now_utc()));
    store = std::move(*embedded_registration_store::open(path));
  }

  section_id section_of{numbered(1, 1)};
  temporary_directory directory;
  std::filesystem::path path = directory.path() / "registrar.db";
  std::unique_ptr<registration_store> store;
};

/// A random history of one section, decided by the real rules.
struct random_ledger {
  explicit random_ledger(std::mt19937_64& chance, section_id section)
    : random(chance), id(section) {
    REQUIRE(rules.fence({1, 1}));
  }

  int draw(int bound) {
    return static_cast<int>(random() % static_cast<unsigned>(bound));
  }

  ledger_command command() {
    ledger_command x;
    x.request = request_id::random();
    x.registration = registration_id::random();
    x.student = {numbered(2, static_cast<std::uint8_t>(draw(students_max)))};
    x.memo_ttl = std::chrono::hours{1};
    auto kind = draw(20);
    if (kind < 11) {
      x.kind = command_kind::register_student;
    } else if (kind < 18) {
      x.kind = command_kind::drop;
    } else if (kind < 19 && !joined.empty()) {
      x.kind = command_kind::withdraw;
      x.registration = joined[static_cast<std::size_t>(
        draw(static_cast<int>(joined.size())))];
      x.failure_reason = "a test";
    } else {
      x.kind = command_kind::change_settings;
      x.settings.total_seats = static_cast<std::uint32_t>(draw(6));
      x.changed = changes_total_seats;
    }
    return x;
  }

  void play(int commands) {
    decide_batch batch;
    batch.section = id;
    batch.owner = {1, 1};
    batch.may_create = true;
    batch.initial.total_seats = static_cast<std::uint32_t>(draw(4));
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

  std::mt19937_64& random;
  section_id id;
  ledger_rules rules;
  std::vector<registration_id> joined;
  std::vector<journal_entry> entries;
};

std::uint64_t seed() {
  auto* given = std::getenv("REGISTRAR_SEED");
  auto value = given != nullptr ? std::strtoull(given, nullptr, 10)
                                : std::random_device{}();
  MESSAGE("REGISTRAR_SEED=" << value);
  return value;
}

} // namespace

TEST_CASE("SQL equals the ledger after every batch, whatever the batches") {
  std::mt19937_64 random{seed()};
  for (int round = 0; round < 25; ++round) {
    sql_file sql;
    random_ledger ledger{random, sql.section_of};
    ledger.play(80);
    const auto& all = ledger.entries;
    std::size_t written = 0;
    while (written < all.size()) {
      // Some of what is there already comes again.
      auto from = written
                  - std::min<std::size_t>(
                    written, static_cast<std::size_t>(ledger.draw(4)));
      auto to = std::min(
        all.size(), written + 1 + static_cast<std::size_t>(ledger.draw(9)));
      auto applied = sql.store->apply({all.data() + from, to - from});
      REQUIRE_MESSAGE(bool(applied), (applied ? "" : applied.error().detail));
      CHECK(applied->gaps.empty());
      written = to;
      auto rows = sql.store->load();
      REQUIRE(rows);
      REQUIRE(rows->size() == 1);
      const auto& last = all[written - 1];
      CHECK((*rows)[0].header == last.after);
      CHECK(digest_of((*rows)[0]) == last.digest);
    }
  }
}

TEST_CASE("a gap is named and nothing behind it is written") {
  std::mt19937_64 random{seed()};
  sql_file sql;
  random_ledger ledger{random, sql.section_of};
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
  std::mt19937_64 random{seed()};
  sql_file sql;
  random_ledger ledger{random, sql.section_of};
  ledger.play(60);
  const auto& all = ledger.entries;
  REQUIRE(sql.store->apply({all.data(), all.size() / 2}));
  auto* state = ledger.rules.state().find(sql.section_of);
  REQUIRE(state != nullptr);
  REQUIRE(sql.store->project(state->rows()));
  auto rows = sql.store->load();
  REQUIRE(rows);
  CHECK(digest_of((*rows)[0]) == all.back().digest);
  CHECK((*rows)[0].header == all.back().after);
}

TEST_CASE("SQL itself refuses an enrolment above the capacity") {
  sql_file sql;
  std::mt19937_64 random{1};
  random_ledger ledger{random, sql.section_of};
  ledger.play(0);
  journal_entry created;
  created.kind = entry_kind::section_created;
  created.after.section = sql.section_of;
  created.after.settings.total_seats = 1;
  created.after.sequence = 1;
  REQUIRE(sql.store->apply({&created, 1}));
  std::vector<journal_entry> two;
  for (std::uint8_t i = 1; i <= 2; ++i) {
    auto entry = created;
    entry.kind = entry_kind::enrolled;
    entry.after.sequence = i + 1u;
    entry.after.enrolled = i;
    entry.student = {numbered(2, i)};
    entry.registration = {numbered(6, i)};
    two.push_back(entry);
  }
  CHECK_FALSE(sql.store->apply(two));
  CHECK((*sql.store->cursors())[0].last_sequence == 1);
}
