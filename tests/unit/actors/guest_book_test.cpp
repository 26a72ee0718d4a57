#define CAF_SUITE guest_book

#include "actors/guest_book.hpp"

#include <caf/event_based_actor.hpp>

#include "tests/unit/actors/dsl.hpp"

using registrar::guest_book;

namespace {

struct two_guests : test_coordinator_fixture<> {
  caf::strong_actor_ptr guest() {
    return caf::actor_cast<caf::strong_actor_ptr>(sys.spawn(
      [](caf::event_based_actor*) { return caf::behavior{[](int) {}}; }));
  }

  ~two_guests() {
    for (const auto& x : {first, second})
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    run();
  }

  caf::strong_actor_ptr first = guest();
  caf::strong_actor_ptr second = guest();
  guest_book uut;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(a_guest_book, two_guests)

CAF_TEST(tells the same token of two guests apart) {
  auto [one, is_new] = uut.enter(first);
  CAF_CHECK(is_new);
  auto [other, is_new_too] = uut.enter(second);
  CAF_CHECK(is_new_too);
  constexpr auto last = (std::uint64_t{1} << guest_book::token_bits) - 1;
  for (std::uint64_t token : {std::uint64_t{0}, std::uint64_t{7}, last}) {
    auto to_first = uut.find(guest_book::mark(one, token));
    auto to_second = uut.find(guest_book::mark(other, token));
    CAF_CHECK(to_first.guest == first);
    CAF_CHECK(to_second.guest == second);
    CAF_CHECK_EQUAL(to_first.token, token);
    CAF_CHECK_EQUAL(to_second.token, token);
  }
  CAF_CHECK(!guest_book::can_mark(last + 1));
}

CAF_TEST(knows a guest again) {
  auto one = uut.enter(first).first;
  auto [again, is_new] = uut.enter(first);
  CAF_CHECK(!is_new);
  CAF_CHECK_EQUAL(again, one);
}

CAF_TEST(gives nobody the number of one that left) {
  auto one = uut.enter(first).first;
  uut.leave(first->address());
  CAF_CHECK(uut.find(guest_book::mark(one, 1)).guest == nullptr);
  CAF_CHECK_NOT_EQUAL(uut.enter(second).first, one);
  CAF_CHECK_NOT_EQUAL(uut.enter(first).first, one);
}

CAF_TEST_FIXTURE_SCOPE_END()
