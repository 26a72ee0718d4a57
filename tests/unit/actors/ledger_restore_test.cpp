#define CAF_SUITE ledger_restore

#include "actors/ledger_worker.hpp"
#include "storage/memory/registration_store.hpp"
#include "tests/unit/actors/test_factory.hpp"

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

/// What a ledger worker does after a failover that lost writes.

namespace {

/// What the ledger says of itself, and what became of it.
struct lossy_ledger_state {
  std::vector<section_header> headers;
  bool can_restore = true;
  ec restore_error = ec::none;
  std::vector<section_rows> restored;
  std::vector<epoch> restored_under;
  std::size_t standings_told = 0;
  std::size_t batches = 0;
};

class lossy_ledger : public seat_ledger {
public:
  explicit lossy_ledger(std::shared_ptr<lossy_ledger_state> shared)
    : shared_(std::move(shared)) {
  }

  fallible<done> fence(const epoch& owner) override {
    owner_ = owner;
    return done{};
  }

  fallible<epoch> current_epoch() override {
    return owner_;
  }

  std::vector<decision> execute(std::span<const decide_batch> batches,
                                timestamp) override {
    shared_->batches += batches.size();
    std::vector<decision> result(batches.size());
    for (std::size_t i = 0; i < batches.size(); ++i)
      result[i].answer.header = header_of(batches[i].section);
    return result;
  }

  fallible<std::vector<std::vector<live_registration>>>
  registrations(std::span<const student_id>) override {
    return failure{ec::internal, "not asked here"};
  }

  fallible<std::vector<section_rows>>
  rows(std::span<const section_id>) override {
    return failure{ec::internal, "not asked here"};
  }

  fallible<std::vector<section_header>> headers() override {
    return shared_->headers;
  }

  fallible<done>
  set_standing(std::span<const std::pair<student_id, bool>>) override {
    ++shared_->standings_told;
    return done{};
  }

  bool is_shared() const override {
    return true;
  }

  bool can_restore() const override {
    return shared_->can_restore;
  }

  fallible<done> restore(const epoch& owner,
                         const section_rows& rows) override {
    if (shared_->restore_error != ec::none)
      return failure{shared_->restore_error, "It was not restored."};
    shared_->restored.push_back(rows);
    shared_->restored_under.push_back(owner);
    for (auto& x : shared_->headers)
      if (x.section == rows.header.section)
        x = rows.header;
    return done{};
  }

  fallible<done> ping() override {
    return done{};
  }

private:
  section_header header_of(const section_id& section) const {
    for (const auto& x : shared_->headers)
      if (x.section == section)
        return x;
    return {};
  }

  std::shared_ptr<lossy_ledger_state> shared_;
  epoch owner_;
};

class lossy_stores : public failing_stores {
public:
  lossy_stores(std::unique_ptr<ledger_stores> real,
               std::shared_ptr<faults> wanted,
               std::shared_ptr<lossy_ledger_state> shared)
    : failing_stores(std::move(real), std::move(wanted)),
      ledger_(std::move(shared)) {
  }

  seat_ledger& ledger() override {
    return ledger_;
  }

private:
  lossy_ledger ledger_;
};

class lossy_factory : public test_factory {
public:
  fallible<std::unique_ptr<ledger_stores>>
  open_ledger(const partition_share&) override {
    return std::unique_ptr<ledger_stores>{
      std::make_unique<lossy_stores>(ledger.open(), wanted, lossy)};
  }

  std::shared_ptr<lossy_ledger_state> lossy
    = std::make_shared<lossy_ledger_state>();
};

/// SQL is at 3 with section 1, the ledger at 2.
struct restore_fixture : test_coordinator_fixture<> {
  restore_fixture() {
    view->load(small_catalogue());
    write_to_sql(1, 3);
    factory->lossy->headers.push_back(header_at(1, 2));
  }

  ~restore_fixture() override {
    caf::anon_send_exit(uut, caf::exit_reason::user_shutdown);
    peers->ledger[0].clear();
    consume_messages();
  }

  void start() {
    uut = sys.spawn(ledger_worker, std::size_t{0}, settings{}, peers,
                    std::shared_ptr<store_factory>{factory},
                    std::shared_ptr<const catalogue_view>{view});
    peers->ledger[0].set(uut);
    consume_messages();
  }

  void pass_a_tick() {
    advance_time(300ms);
    consume_messages();
  }

  static section_header header_at(int section, std::uint64_t sequence) {
    section_header result;
    result.section = section_of(section);
    result.settings.total_seats = 5;
    result.sequence = sequence;
    result.enrolled = static_cast<std::uint32_t>(sequence - 1);
    return result;
  }

  /// The creation and then an enrolment each, up to `sequence`.
  void write_to_sql(int section, std::uint64_t sequence) {
    auto sql = factory->open_registrations();
    std::vector<journal_entry> entries;
    for (std::uint64_t n = 1; n <= sequence; ++n) {
      journal_entry entry;
      entry.kind = n == 1 ? entry_kind::section_created : entry_kind::enrolled;
      entry.after = header_at(section, n);
      if (n > 1) {
        entry.request = request_of(static_cast<int>(n));
        entry.student = student_of(static_cast<int>(n));
        entry.registration = {numbered(6, static_cast<int>(n))};
      }
      entries.push_back(entry);
    }
    auto applied = (*sql)->apply(entries);
    CAF_REQUIRE(applied);
    CAF_REQUIRE(applied->gaps.empty());
  }

  batch_decided ask(int section) {
    decide_batch x;
    x.section = section_of(section);
    x.owner = peers->owner(0);
    auto log = std::make_shared<std::vector<batch_decided>>();
    auto asker = sys.spawn([log](batch_listener_actor::pointer) {
      return batch_listener_actor::behavior_type{
        [log](batch_decided& y) { log->push_back(std::move(y)); }};
    });
    caf::actor_cast<caf::strong_actor_ptr>(uut)->enqueue(
      caf::make_mailbox_element(caf::actor_cast<caf::strong_actor_ptr>(asker),
                                caf::make_message_id(), {}, std::move(x)),
      nullptr);
    consume_messages();
    CAF_REQUIRE_EQUAL(log->size(), 1u);
    return log->front();
  }

  std::shared_ptr<directory> peers = std::make_shared<directory>(1, 1);
  std::shared_ptr<catalogue_view> view = std::make_shared<catalogue_view>();
  std::shared_ptr<lossy_factory> factory = std::make_shared<lossy_factory>();
  std::shared_ptr<lossy_ledger_state> lossy = factory->lossy;
  ledger_worker_actor uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(a_ledger_that_lost_writes, restore_fixture)

CAF_TEST(is restored from SQL and decides again) {
  start();
  pass_a_tick();
  CAF_REQUIRE_EQUAL(lossy->restored.size(), 1u);
  CAF_CHECK(lossy->restored[0].header.section == section_of(1));
  CAF_CHECK_EQUAL(lossy->restored[0].header.sequence, 3u);
  CAF_CHECK_EQUAL(lossy->restored[0].roster.size(), 2u);
  CAF_CHECK(lossy->restored_under[0] == peers->owner(0));
  CAF_CHECK(ask(1).error.code == ec::none);
  // Whoever waits there must not be promoted as a stranger.
  CAF_CHECK_EQUAL(lossy->standings_told, 2u);
  CAF_REQUIRE_EQUAL(factory->sql->audit.size(), 1u);
  CAF_CHECK_EQUAL(factory->sql->audit[0].subject, section_of(1).to_string());
}

CAF_TEST(is left alone once it was restored) {
  start();
  for (int i = 0; i < 4; ++i)
    pass_a_tick();
  CAF_CHECK_EQUAL(lossy->restored.size(), 1u);
  CAF_CHECK_EQUAL(lossy->standings_told, 2u);
}

CAF_TEST(is never believed where failovers are no part of its life) {
  lossy->can_restore = false;
  start();
  pass_a_tick();
  CAF_CHECK(lossy->restored.empty());
  CAF_CHECK(ask(1).error.code == ec::ledger_behind);
  CAF_CHECK_EQUAL(lossy->batches, 0u);
}

CAF_TEST(waits until SQL has what only this server has seen) {
  lossy->headers[0] = header_at(1, 5);
  start();
  CAF_CHECK(ask(1).error.code == ec::none);
  // The failover: it was at 5, and SQL is at 3.
  lossy->headers[0] = header_at(1, 2);
  factory->wanted->commit = true;
  ask(1);
  factory->wanted->commit = false;
  pass_a_tick();
  pass_a_tick();
  CAF_CHECK(ask(1).error.code == ec::ledger_behind);
  CAF_CHECK(lossy->restored.empty());
  write_to_sql(1, 5);
  self->send(uut, entries_committed{{{section_of(1), 5}}});
  pass_a_tick();
  CAF_REQUIRE_EQUAL(lossy->restored.size(), 1u);
  CAF_CHECK_EQUAL(lossy->restored[0].header.sequence, 5u);
  CAF_CHECK(ask(1).error.code == ec::none);
}

CAF_TEST(is not restored from an SQL that has lost commits meanwhile) {
  lossy->can_restore = false;
  start();
  // Told of 9 once; rows say 3.
  self->send(uut, entries_committed{{{section_of(1), 9}}});
  consume_messages();
  lossy->can_restore = true;
  pass_a_tick();
  CAF_CHECK(lossy->restored.empty());
  CAF_CHECK(ask(1).error.code == ec::ledger_behind);
}

CAF_TEST(is opened anew where it cannot be restored) {
  lossy->restore_error = ec::fenced;
  start();
  auto before = peers->owner(0).number;
  pass_a_tick();
  lossy->restore_error = ec::none;
  pass_a_tick();
  pass_a_tick();
  CAF_CHECK(peers->owner(0).number > before);
  CAF_CHECK_EQUAL(lossy->restored.size(), 1u);
}

CAF_TEST(holds up no other section) {
  write_to_sql(2, 1);
  lossy->headers.push_back(header_at(2, 1));
  factory->wanted->open_sql = false;
  lossy->can_restore = false;
  start();
  CAF_CHECK(ask(1).error.code == ec::ledger_behind);
  CAF_CHECK(ask(2).error.code == ec::none);
}

CAF_TEST_FIXTURE_SCOPE_END()
