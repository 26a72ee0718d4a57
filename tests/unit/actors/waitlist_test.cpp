#define CAF_SUITE waitlist

#include "actors/waitlist.hpp"
#include "tests/unit/actors/sync_fixture.hpp"
#include "tests/unit/actors/test_factory.hpp"

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

journal_entry promotion_of(int section, std::uint64_t sequence) {
  auto x = entry_of(section, sequence);
  x.kind = entry_kind::promoted;
  return x;
}

struct waitlist_fixture : test_coordinator_fixture<> {
  ~waitlist_fixture() override {
    kill();
  }

  void start() {
    uut = sys.spawn(waitlist, std::size_t{0}, peers,
                    std::shared_ptr<store_factory>{factory},
                    std::shared_ptr<const catalogue_view>{view});
    consume_messages();
  }

  void kill() {
    caf::anon_send_exit(uut, caf::exit_reason::kill);
    consume_messages();
  }

  void bring(std::vector<journal_entry> entries) {
    self->send(uut, entries_appended{std::move(entries)});
    consume_messages();
  }

  void pass(std::chrono::milliseconds time) {
    for (; time > 0ms; time -= 10ms) {
      advance_time(10ms);
      consume_messages();
    }
  }

  std::vector<notification> notices() const {
    std::vector<notification> result;
    for (const auto& [key, notice] : factory->sql->notices)
      result.push_back(notice);
    return result;
  }

  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1);
  std::shared_ptr<catalogue_view> view = std::make_shared<catalogue_view>();
  std::shared_ptr<test_factory> factory = std::make_shared<test_factory>();
  waitlist_worker_actor uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_waitlist, waitlist_fixture)

CAF_TEST(tells a student who was promoted and where) {
  view->load(small_catalogue());
  start();
  bring({promotion_of(1, 7)});
  pass(100ms);
  CAF_REQUIRE_EQUAL(notices().size(), 1u);
  auto notice = notices()[0];
  CAF_CHECK(notice.student == student_of(7));
  CAF_CHECK(notice.section == section_of(1));
  CAF_CHECK_EQUAL(notice.kind, "promoted");
  CAF_CHECK(notice.text.find("MATH 1 A01") != std::string::npos);
}

CAF_TEST(tells a student who was taken out of the line and why) {
  view->load(small_catalogue());
  start();
  auto entry = promotion_of(1, 7);
  entry.kind = entry_kind::removed_from_waitlist;
  entry.failure_reason = "You are suspended.";
  bring({entry});
  pass(100ms);
  CAF_REQUIRE_EQUAL(notices().size(), 1u);
  auto notice = notices()[0];
  CAF_CHECK_EQUAL(notice.kind, "removed_from_waitlist");
  CAF_CHECK(notice.text.find("suspended") != std::string::npos);
}

CAF_TEST(makes one notice of an entry that comes twice) {
  view->load(small_catalogue());
  start();
  bring({promotion_of(1, 7), promotion_of(1, 7)});
  pass(100ms);
  bring({promotion_of(1, 7)});
  pass(100ms);
  CAF_CHECK_EQUAL(notices().size(), 1u);
  bring({promotion_of(1, 8)});
  pass(100ms);
  CAF_CHECK_EQUAL(notices().size(), 2u);
}

CAF_TEST(tries again while SQL fails and loses no notice) {
  view->load(small_catalogue());
  factory->wanted->open_sql = true;
  start();
  bring({promotion_of(1, 7)});
  pass(2s);
  factory->wanted->open_sql = false;
  factory->wanted->sql = true;
  bring({promotion_of(2, 8)});
  pass(2s);
  CAF_CHECK(notices().empty());
  factory->wanted->sql = false;
  pass(600ms);
  CAF_CHECK_EQUAL(notices().size(), 2u);
}

CAF_TEST(owns no truth that a restart could lose) {
  view->load(small_catalogue());
  factory->wanted->sql = true;
  start();
  bring({promotion_of(1, 7)});
  pass(100ms);
  kill();
  factory->wanted->sql = false;
  start();
  // The journal reader brings what may have been missed.
  bring({promotion_of(1, 7)});
  pass(100ms);
  CAF_CHECK_EQUAL(notices().size(), 1u);
}

CAF_TEST(asks for what a former one had not written) {
  auto log = std::make_shared<sync_log>();
  auto reader = sys.spawn(silent_reader, log);
  peers->journal_reader.set(reader);
  view->load(small_catalogue());
  start();
  // At the start of all, the reader reads everything of its own accord.
  CAF_CHECK(log->gaps.empty());
  peers->waitlist[0].set(uut);
  kill();
  peers->waitlist[0].clear();
  start();
  CAF_REQUIRE_EQUAL(log->gaps.size(), 1u);
  CAF_CHECK(log->gaps[0].section.is_nil());
  caf::anon_send_exit(reader, caf::exit_reason::kill);
}

CAF_TEST(names the section although the catalogue is read only later) {
  start();
  bring({promotion_of(1, 7)});
  pass(2s);
  CAF_CHECK(notices().empty());
  view->load(small_catalogue());
  pass(600ms);
  CAF_REQUIRE_EQUAL(notices().size(), 1u);
  CAF_CHECK(notices()[0].text.find("MATH 1 A01") != std::string::npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
