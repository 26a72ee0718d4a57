#define CAF_SUITE sync_buffer

#include "actors/sync_buffer.hpp"
#include "tests/seed.hpp"
#include "tests/unit/actors/sync_fixture.hpp"

#include <algorithm>
#include <map>

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

using place = sync_buffer::place;

/// The time of a buffer's day.
sync_buffer::time_point after(std::chrono::milliseconds time) {
  return sync_buffer::time_point{} + 1h + time;
}

struct buffer_fixture {
  /// Sequences of the next transaction, which SQL takes.
  std::vector<std::uint64_t> write() {
    std::vector<std::uint64_t> result;
    if (uut.next().empty())
      return result;
    for (const auto& entry : uut.take_next()) {
      result.push_back(entry.after.sequence);
      uut.committed(entry.after.section, entry.after.sequence);
    }
    return result;
  }

  void add(int section, std::uint64_t from, std::uint64_t to) {
    for (auto& entry : entries_of(section, from, to))
      uut.add(std::move(entry));
  }

  sync_buffer uut{{4, 8, 3}};
  using sequences = std::vector<std::uint64_t>;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_sync_buffer, buffer_fixture)

CAF_TEST(bounds a transaction) {
  add(1, 1, 6);
  CAF_CHECK_EQUAL(write(), (sequences{1, 2, 3, 4}));
  CAF_CHECK_EQUAL(write(), (sequences{5, 6}));
  CAF_CHECK_EQUAL(uut.size(), 0u);
}

CAF_TEST(takes what it has or SQL has no second time) {
  add(1, 1, 2);
  CAF_CHECK(uut.add(entry_of(1, 2)) == place::known);
  CAF_CHECK_EQUAL(write(), (sequences{1, 2}));
  CAF_CHECK(uut.add(entry_of(1, 2)) == place::committed);
  CAF_CHECK(uut.add(entry_of(1, 4)) == place::held);
  CAF_CHECK(uut.add(entry_of(1, 4)) == place::known);
  CAF_CHECK_EQUAL(uut.held(), 1u);
  CAF_CHECK_EQUAL(write(), sequences{});
}

CAF_TEST(holds back what is behind a hole until the hole is filled) {
  add(1, 1, 1);
  add(1, 3, 4);
  add(2, 1, 1);
  CAF_CHECK_EQUAL(write(), (sequences{1, 1}));
  auto asked = uut.ask(after(0ms), 1s);
  CAF_REQUIRE_EQUAL(asked.size(), 1u);
  CAF_CHECK(asked[0] == (section_cursor{section_of(1), 1}));
  CAF_CHECK(uut.add(entry_of(1, 2)) == place::waiting);
  CAF_CHECK_EQUAL(write(), (sequences{2, 3, 4}));
  CAF_CHECK_EQUAL(uut.lacking(), 0u);
}

CAF_TEST(asks once in a period and at once when a part has come) {
  add(1, 6, 6);
  CAF_CHECK_EQUAL(uut.ask(after(0ms), 1s).size(), 1u);
  CAF_CHECK(uut.ask(after(999ms), 1s).empty());
  CAF_CHECK_EQUAL(uut.ask(after(1000ms), 1s).size(), 1u);
  add(1, 1, 2);
  auto asked = uut.ask(after(1001ms), 1s);
  CAF_REQUIRE_EQUAL(asked.size(), 1u);
  CAF_CHECK_EQUAL(asked[0].last_sequence, 2u);
}

CAF_TEST(leaves in the journal what finds no room and asks when there is) {
  add(1, 1, 8);
  CAF_CHECK(uut.add(entry_of(1, 9)) == place::left);
  CAF_CHECK_EQUAL(uut.size(), 8u);
  CAF_CHECK(uut.ask(after(0ms), 1s).empty());
  write();
  auto asked = uut.ask(after(0ms), 1s);
  CAF_REQUIRE_EQUAL(asked.size(), 1u);
  CAF_CHECK_EQUAL(asked[0].last_sequence, 8u);
}

CAF_TEST(bounds what it holds behind holes) {
  add(1, 3, 9);
  CAF_CHECK_EQUAL(uut.held(), 3u);
  add(1, 1, 2);
  CAF_CHECK_EQUAL(write(), (sequences{1, 2, 3, 4}));
  CAF_CHECK_EQUAL(write(), (sequences{5}));
  CAF_CHECK_EQUAL(uut.lacking(), 1u);
}

CAF_TEST(lacks again what SQL lost) {
  add(1, 1, 6);
  write();
  uut.rewound(section_of(1), 2);
  CAF_CHECK_EQUAL(write(), sequences{});
  auto asked = uut.ask(after(0ms), 1s);
  CAF_REQUIRE_EQUAL(asked.size(), 1u);
  CAF_CHECK_EQUAL(asked[0].last_sequence, 2u);
  add(1, 3, 6);
  CAF_CHECK_EQUAL(write(), (sequences{3, 4, 5, 6}));
}

CAF_TEST(believes the cursors that SQL has and not its own) {
  add(1, 1, 4);
  add(2, 1, 4);
  write();
  write();
  std::vector<section_cursor> cursors{{section_of(1), 3}, {section_of(3), 9}};
  uut.reconcile(cursors);
  std::map<section_id, std::uint64_t> lacks;
  for (const auto& x : uut.ask(after(0ms), 1s))
    lacks[x.section] = x.last_sequence;
  CAF_CHECK_EQUAL(lacks.size(), 2u);
  CAF_CHECK_EQUAL(lacks[section_of(1)], 3u);
  // It is not named: SQL has nothing of it.
  CAF_CHECK_EQUAL(lacks[section_of(2)], 0u);
  CAF_CHECK(uut.add(entry_of(3, 9)) == place::committed);
  CAF_CHECK(uut.add(entry_of(3, 10)) == place::waiting);
}

CAF_TEST(lacks nothing any more once SQL is past it) {
  add(1, 5, 5);
  uut.committed(section_of(1), 7);
  CAF_CHECK_EQUAL(uut.lacking(), 0u);
  CAF_CHECK_EQUAL(uut.held(), 0u);
  CAF_CHECK(uut.add(entry_of(1, 8)) == place::waiting);
}

CAF_TEST(hands out everything once and in order whatever way it comes) {
  constexpr std::uint64_t last = 40;
  constexpr int sections = 5;
  for (std::uint64_t round = 0; round < test::rounds(300); ++round) {
    test::random_source chance{round};
    uut = sync_buffer{
      {1 + chance.below(6), 4 + chance.below(20), chance.below(12)}};
    std::map<section_id, std::uint64_t> written;
    auto write_some = [&] {
      if (uut.next().empty())
        return;
      for (const auto& entry : uut.take_next()) {
        auto& at = written[entry.after.section];
        CAF_REQUIRE_EQUAL(entry.after.sequence, at + 1);
        at = entry.after.sequence;
        uut.committed(entry.after.section, at);
      }
    };
    // The ledger's own replies, some lost, some twice, in any order.
    for (int step = 0; step < 300; ++step) {
      uut.add(entry_of(1 + static_cast<int>(chance.below(sections)),
                       1 + chance.below(last)));
      if (chance.one_in(9))
        write_some();
    }
    for (int i = 1; i <= sections; ++i)
      uut.add(entry_of(i, last));
    // From here on only what it asks for comes, a part at a time.
    auto now = after(0ms);
    for (int step = 0; step < 2'000 && (uut.lacking() || uut.size()); ++step) {
      now += 1s;
      for (const auto& asked : uut.ask(now, 1s)) {
        auto section = static_cast<int>(asked.section.value.bytes[15]);
        auto from = asked.last_sequence + 1;
        auto to = std::min(last, from + chance.below(10));
        add(section, from, to);
      }
      write_some();
    }
    for (int i = 1; i <= sections; ++i)
      CAF_REQUIRE_EQUAL(written[section_of(i)], last);
    CAF_REQUIRE_EQUAL(uut.held(), 0u);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
