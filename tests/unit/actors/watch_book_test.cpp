#define CAF_SUITE watch_book

#include "actors/watch_book.hpp"

#include "actors/watch_filter.hpp"
#include "config/limits.hpp"
#include "tests/unit/actors/fixture.hpp"

#include <algorithm>

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

struct silent : watcher {
  void changed(const shared_state&) override {
  }
  void ended() override {
  }
};

struct book_fixture {
  std::shared_ptr<watcher> somebody() {
    return watchers.emplace_back(std::make_shared<silent>());
  }

  std::vector<student_id> due(std::size_t max = 100) {
    std::vector<student_id> result;
    for (const auto& x : uut.take_due(now, max))
      result.push_back(x.student);
    return result;
  }

  /// Reads everybody who is due, until nobody is.
  void read_all(const std::vector<section_id>& sections) {
    for (auto round = 0; round < 3; ++round)
      for (const auto& x : uut.take_due(now, 100))
        uut.was_read(x, sections, now);
  }

  watch_book uut;
  watch_book::time_point now = watch_book::time_point{} + 1h;
  std::vector<std::shared_ptr<watcher>> watchers;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_watch_book, book_fixture)

CAF_TEST(tells a change once and only of what is watched) {
  uut.watch(section_of(1), 7, somebody());
  CAF_CHECK(!uut.has_changed(section_of(1), 7));
  CAF_CHECK(uut.has_changed(section_of(1), 8));
  CAF_CHECK(!uut.has_changed(section_of(1), 8));
  CAF_CHECK(!uut.has_changed(section_of(2), 8));
  CAF_CHECK_EQUAL(uut.watchers_of(section_of(1)).size(), 1u);
  CAF_CHECK(uut.watchers_of(section_of(2)).empty());
}

CAF_TEST(a second watcher hides no change from the first) {
  uut.watch(section_of(1), 7, somebody());
  uut.watch(section_of(1), 9, somebody());
  CAF_CHECK(uut.has_changed(section_of(1), 9));
}

CAF_TEST(a student is read where one of their sections changed) {
  uut.watch(student_of(1), somebody(), now);
  CAF_CHECK(due().empty());
  uut.touch(student_of(1));
  read_all({section_of(1), section_of(2)});
  CAF_CHECK(due().empty());
  uut.has_changed(section_of(2), 5);
  CAF_CHECK(due() == std::vector{student_of(1)});
  // While they are being read they are not read again.
  uut.has_changed(section_of(2), 6);
  CAF_CHECK(due().empty());
  uut.was_read({student_of(1), false}, {section_of(1), section_of(2)}, now);
  CAF_CHECK(due() == std::vector{student_of(1)});
}

CAF_TEST(a student who left a section is not read for it) {
  uut.watch(student_of(1), somebody(), now);
  uut.touch(student_of(1));
  read_all({section_of(1)});
  uut.touch(student_of(1));
  read_all({});
  uut.has_changed(section_of(1), 5);
  CAF_CHECK(due().empty());
  // But once more for what SQL may have refused.
  now += limits::stream_look_again;
  auto again = uut.take_due(now, 100);
  CAF_REQUIRE_EQUAL(again.size(), 1u);
  CAF_CHECK(again[0].has_failed);
}

CAF_TEST(a student is looked at without any sign too) {
  uut.watch(student_of(1), somebody(), now);
  now += limits::stream_second_look;
  CAF_CHECK_EQUAL(due().size(), 1u);
  uut.was_read({student_of(1), true}, {}, now);
  now += limits::stream_look_period - 1ms;
  CAF_CHECK(due().empty());
  now += 1ms;
  CAF_CHECK_EQUAL(due().size(), 1u);
  uut.was_not_read({student_of(1), true}, now);
  CAF_CHECK(due().empty());
  now += limits::stream_look_again;
  CAF_CHECK_EQUAL(due().size(), 1u);
}

CAF_TEST(who waited longest is read first) {
  for (int i = 1; i <= 10; ++i)
    uut.watch(student_of(i), somebody(), now);
  std::vector<int> reads(11);
  for (auto round = 0; round < 20; ++round) {
    now += 250ms;
    for (int i = 1; i <= 10; ++i)
      uut.touch(student_of(i));
    for (const auto& x : uut.take_due(now, 3)) {
      ++reads[x.student.value.bytes[15]];
      uut.was_read(x, {}, now);
    }
  }
  // Ten in threes: each is read in every fourth round at least.
  CAF_CHECK(*std::min_element(reads.begin() + 1, reads.end()) >= 5);
}

CAF_TEST(who is gone is forgotten with all that was kept) {
  uut.watch(student_of(1), somebody(), now);
  uut.watch(section_of(1), 1, somebody());
  uut.touch(student_of(1));
  read_all({section_of(1), section_of(2)});
  CAF_CHECK_EQUAL(uut.watched_sections(), 2u);
  CAF_CHECK(uut.forget_gone().empty());
  watchers.erase(watchers.begin());
  CAF_CHECK(uut.forget_gone() == std::vector{student_of(1)});
  CAF_CHECK_EQUAL(uut.watched_sections(), 1u);
  watchers.clear();
  CAF_CHECK(uut.forget_gone().empty());
  CAF_CHECK(uut.is_empty());
  // Answers to what was asked before come late.
  uut.was_read({student_of(1), true}, {section_of(1)}, now);
  uut.was_not_read({student_of(1), true}, now);
  CAF_CHECK(uut.is_empty());
}

CAF_TEST(the filter knows whoever was added and not removed) {
  watch_filter filter;
  for (int i = 1; i <= 50; ++i)
    CAF_CHECK(!filter.may_have(student_of(i)));
  for (int i = 1; i <= 50; ++i)
    filter.add(student_of(i));
  for (int i = 1; i <= 49; ++i)
    filter.remove(student_of(i));
  CAF_CHECK(filter.may_have(student_of(50)));
  filter.remove(student_of(50));
  for (int i = 1; i <= 50; ++i)
    CAF_CHECK(!filter.may_have(student_of(i)));
}

CAF_TEST_FIXTURE_SCOPE_END()
