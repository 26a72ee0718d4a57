#define CAF_SUITE system

#include "actors/system.hpp"
#include "tests/unit/actors/test_factory.hpp"

#include <atomic>
#include <future>
#include <stdexcept>

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

/// Its journal makes whoever opens it die, which no restart heals.
struct poisoned_factory : test_factory {
  fallible<std::unique_ptr<sync_journal>> open_journal() override {
    ++openings;
    throw std::runtime_error{"poison"};
  }

  std::atomic<std::size_t> openings{0};
};

/// A whole server with its threads; what it does is waited for, never timed.
struct tree_fixture {
  registration_reply submit(actor_tree& tree, registration_request x) {
    auto got = std::make_shared<std::promise<registration_reply>>();
    tree.service().submit(std::move(x), [got](registration_reply reply) {
      got->set_value(std::move(reply));
    });
    return got->get_future().get();
  }

  std::uint64_t in_sql(int section) {
    auto found = factory->sql->sections.find(section_of(section));
    return found == factory->sql->sections.end() ? 0 : found->second.sequence();
  }

  std::shared_ptr<test_factory> factory = std::make_shared<test_factory>();
  std::function<void(failure)> never
    = [](failure why) { CAF_ERROR("the tree gave up: " << why.detail); };
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_tree, tree_fixture)

CAF_TEST(answers after its start and leaves nothing behind at its stop) {
  actor_tree tree{settings{}, factory, never};
  CAF_REQUIRE(tree.start());
  std::size_t enrolled = 0;
  for (int i = 1; i <= 40; ++i) {
    auto reply = submit(tree, request_for(i, i, {1 + i % 6}));
    CAF_REQUIRE(reply.error.code == ec::none);
    enrolled += reply.results[0].outcome.status == seat_status::enrolled;
  }
  CAF_CHECK_EQUAL(enrolled, 12u);
  CAF_CHECK_EQUAL(tree.stop(), 0u);
  std::uint64_t written = 0;
  for (int i = 1; i <= 6; ++i)
    written += in_sql(i);
  // Six sections are created and forty students are somewhere.
  CAF_CHECK_EQUAL(written, 46u);
}

CAF_TEST(says at once what time does not heal) {
  factory->wanted->open_ledger = true;
  factory->wanted->ledger_error = ec::store_locked;
  actor_tree tree{settings{}, factory, never};
  auto started = tree.start();
  CAF_REQUIRE(!started);
  CAF_CHECK(started.error().code == ec::store_locked);
}

CAF_TEST(ends in order where a part dies however often it is started) {
  auto poison = std::make_shared<poisoned_factory>();
  std::promise<failure> given_up;
  actor_tree tree{settings{}, poison,
                  [&](failure why) { given_up.set_value(std::move(why)); }};
  CAF_REQUIRE(tree.start());
  auto why = given_up.get_future();
  CAF_REQUIRE(why.wait_for(60s) == std::future_status::ready);
  CAF_CHECK(why.get().code == ec::internal);
  // Started again by its supervisor, and that by the one above it.
  auto times = limits::restarts_max + 1;
  CAF_CHECK_EQUAL(poison->openings.load(), times * times);
  CAF_CHECK_EQUAL(tree.stop(), 0u);
}

CAF_TEST(knows what it promised before it was started again) {
  for (int i = 0; i < 2; ++i) {
    actor_tree tree{settings{}, factory, never};
    CAF_REQUIRE(tree.start());
    auto reply = submit(tree, request_for(1, 1, {1}));
    CAF_CHECK(reply.results.at(0).outcome.status == seat_status::enrolled);
    auto other = submit(tree, request_for(2 + i, 1, {1}));
    CAF_CHECK(other.results.at(0).outcome.status
              == seat_status::already_registered);
    CAF_CHECK_EQUAL(tree.stop(), 0u);
  }
  CAF_CHECK_EQUAL(in_sql(1), 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()
