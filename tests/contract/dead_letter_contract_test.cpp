#include "tests/contract/side.hpp"
#include "tests/ids_of.hpp"
#include "tests/seed.hpp"

#include <map>

using namespace registrar;
using namespace registrar::test;

namespace {

/// Histories with illegal entries that nothing later makes legal, so that a
/// store that goes entry by entry and one that sums batches up must agree. In
/// sections 1 to 3 there is room for all: students 1 to 6 come and go, 7 to 9
/// stay and are enrolled a second time now and then. Sections 4 and 5 are full
/// and stay so: who comes is one too many.
class illegal_history {
public:
  explicit illegal_history(std::uint64_t round) : random(round) {
    for (std::uint64_t section = 1; section <= 5; ++section) {
      add(section, entry_kind::section_created, 0);
      for (std::uint64_t student = 7; student <= (section < 4 ? 9u : 8u);
           ++student)
        add(section, entry_kind::enrolled, student);
    }
  }

  void go_on() {
    for (auto left = 1 + random.below(40); left > 0; --left) {
      auto section = 1 + random.below(5);
      auto is_bad = section > 3 || random.one_in(12);
      if (section > 3 && !random.one_in(8))
        add(section, entry_kind::settings_changed, 0);
      else if (is_bad)
        add(section, entry_kind::enrolled,
            (section > 3 ? 9 : 7) + random.below(3));
      else
        come_or_go(section, 1 + random.below(6));
    }
  }

  /// The ledger takes back what SQL cannot hold.
  void withdraw(const journal_entry& refused) {
    auto entry = refused;
    entry.kind = entry_kind::withdrawn;
    entry.after.sequence = ++last_[refused.after.section];
    entry.at = now();
    entry.failure_reason = "a test";
    waiting.push_back(entry);
  }

  void committed(const std::vector<section_cursor>& cursors) {
    for (const auto& cursor : cursors)
      std::erase_if(waiting, [&](const journal_entry& entry) {
        return entry.after.section == cursor.section
               && entry.after.sequence <= cursor.last_sequence;
      });
  }

  timestamp now() {
    return timestamp{std::chrono::seconds{++clock_}};
  }

  random_source random;
  /// What SQL lacks.
  std::vector<journal_entry> waiting;

private:
  void come_or_go(std::uint64_t section, std::uint64_t student) {
    auto at = live_.find({section, student});
    if (at == live_.end()) {
      add(section, entry_kind::enrolled, student);
      live_[{section, student}] = waiting.back().registration;
    } else {
      add(section, entry_kind::dropped, student);
      waiting.back().registration = at->second;
      live_.erase(at);
    }
  }

  void add(std::uint64_t section, entry_kind kind, std::uint64_t student) {
    journal_entry entry;
    entry.kind = kind;
    entry.after.section = id<section_id>(section);
    entry.after.sequence = ++last_[entry.after.section];
    entry.after.settings.total_seats = section < 4 ? 100 : 2;
    entry.at = now();
    entry.request = id<request_id>(clock_);
    if (student != 0) {
      entry.student = id<student_id>(student);
      entry.registration = id<registration_id>(clock_);
    }
    waiting.push_back(entry);
  }

  std::uint64_t clock_ = 0;
  std::map<section_id, std::uint64_t> last_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, registration_id> live_;
};

bool is_class_23(const refused_entry& x) {
  return x.sqlstate.size() == 5 && x.sqlstate.starts_with("23")
         && !x.reason.empty();
}

/// A letter but for the words in which each store says why.
bool is_same(const dead_letter& x, const dead_letter& y) {
  return x.id == y.id && x.section == y.section && x.student == y.student
         && x.registration == y.registration && x.sequence == y.sequence
         && x.kind == y.kind && x.entry == y.entry && x.at == y.at;
}

void compare(side& model, side& other) {
  REQUIRE(must(other.sql().load()) == must(model.sql().load()));
  auto expected = must(model.sql().dead_letters());
  auto letters = must(other.sql().dead_letters());
  REQUIRE(std::equal(letters.begin(), letters.end(), expected.begin(),
                     expected.end(), is_same));
}

/// Carries all that waits to both, giving up what is refused.
/// @returns how many were given up.
std::size_t carry(illegal_history& history, side& model, side& other) {
  std::size_t given_up = 0;
  while (!history.waiting.empty()) {
    auto expected = model.sql().apply(history.waiting);
    auto applied = other.sql().apply(history.waiting);
    REQUIRE(bool(applied) == bool(expected));
    if (applied) {
      history.committed(applied->cursors);
      continue;
    }
    REQUIRE(applied.error().code == ec::conflict);
    auto wanted = must(model.sql().isolate(history.waiting));
    auto found = must(other.sql().isolate(history.waiting));
    REQUIRE(found.written.cursors == wanted.written.cursors);
    REQUIRE(found.written.gaps == wanted.written.gaps);
    REQUIRE(found.refused.size() == wanted.refused.size());
    history.committed(found.written.cursors);
    for (std::size_t i = 0; i < found.refused.size(); ++i) {
      const auto& refused = found.refused[i];
      REQUIRE(refused.entry == wanted.refused[i].entry);
      REQUIRE(is_class_23(refused));
      history.withdraw(refused.entry);
      auto at = history.now();
      must(model.sql().write_dead_letter(wanted.refused[i], at));
      // A second time changes nothing: the first answer may be lost.
      for (auto times = 1 + history.random.below(2); times > 0; --times)
        must(other.sql().write_dead_letter(refused, at));
      history.committed(
        {{refused.entry.after.section, refused.entry.after.sequence}});
      ++given_up;
    }
  }
  compare(model, other);
  return given_up;
}

} // namespace

TEST_CASE("every registration store gives up exactly the entries that are "
          "illegal, and writes all others") {
  for (const auto& kind : projection_back_ends()) {
    std::size_t given_up = 0;
    auto count = rounds(6);
    for (std::uint64_t round = 0; round < count; ++round) {
      INFO(kind.name, ", seed ", seed(), ", round ", round);
      illegal_history history{round};
      side model{reference_back_end()};
      side other{kind};
      for (int step = 0; step < 12; ++step) {
        history.go_on();
        given_up += carry(history, model, other);
      }
      auto letters = must(other.sql().dead_letters());
      REQUIRE_FALSE(letters.empty());
      CHECK(must(other.sql().delete_dead_letter(letters[0].id)));
      CHECK_FALSE(must(other.sql().delete_dead_letter(letters[0].id)));
      CHECK(must(other.sql().dead_letters()).size() == letters.size() - 1);
      // What was taken back is shown to the student.
      auto failed = must(
        other.sql().failed_registrations(letters[0].student, timestamp{}));
      CHECK_FALSE(failed.empty());
    }
    CHECK(given_up > 0);
  }
}

TEST_CASE("a student whom SQL does not know is given up, and taking back what "
          "never was there passes") {
  for (const auto& kind : projection_back_ends()) {
    INFO(kind.name);
    side other{kind};
    std::vector<journal_entry> entries(3);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      entries[i].after.section = id<section_id>(1);
      entries[i].after.sequence = i + 1;
      entries[i].after.settings.total_seats = 5;
      entries[i].request = id<request_id>(i + 1);
    }
    entries[0].kind = entry_kind::section_created;
    entries[1].kind = entry_kind::enrolled;
    entries[1].student = id<student_id>(students_max + 1);
    entries[1].registration = id<registration_id>(1);
    entries[2] = entries[1];
    entries[2].kind = entry_kind::withdrawn;
    entries[2].after.sequence = 3;
    std::span<const journal_entry> all{entries};
    auto isolated = must(other.sql().isolate(all.first(2)));
    REQUIRE(isolated.refused.size() == 1);
    CHECK(isolated.refused[0].entry == entries[1]);
    CHECK(is_class_23(isolated.refused[0]));
    // A letter may not leave a hole behind it.
    auto early = isolated.refused[0];
    early.entry.after.sequence = 3;
    CHECK_FALSE(other.sql().write_dead_letter(early, timestamp{}));
    must(other.sql().write_dead_letter(isolated.refused[0], timestamp{}));
    auto applied = must(other.sql().apply(all.subspan(2)));
    CHECK(applied.cursors.at(0).last_sequence == 3);
    CHECK(must(other.sql().load()).at(0).roster.empty());
  }
}
