#include "http/middleware/middleware_list.hpp"

#include <doctest/doctest.h>

using namespace registrar;

namespace {

/// What was called, in order.
std::string call_order;
/// The member that refuses, and in which round.
std::string refusing_call;

refusal_response called(const std::string& what) {
  call_order += what + ' ';
  if (what != refusing_call)
    return {};
  http_response response;
  response.status = 418;
  return response;
}

template <char Name>
struct member {
  explicit member(const std::string&) {
  }

  refusal_response enter(http_exchange&) {
    return called(std::string{"enter-"} + Name);
  }

  refusal_response admit(http_exchange&) {
    return called(std::string{"admit-"} + Name);
  }

  refusal_response about(http_exchange&, const student_id&) {
    return called(std::string{"about-"} + Name);
  }

  void leave(http_exchange&, http_response& response) {
    response.body += Name;
  }

  void sent(const http_exchange&) {
    call_order += Name;
  }
};

struct idle_member {
  explicit idle_member(const std::string&) {
  }
};

struct list_fixture {
  list_fixture() {
    call_order.clear();
    refusing_call.clear();
  }

  middleware_list<member<'a'>, idle_member, member<'b'>> list{
    std::string{"setup"}};
  http_exchange exchange;
};

} // namespace

TEST_CASE_FIXTURE(list_fixture, "members are asked in order") {
  CHECK_FALSE(list.enter(exchange));
  CHECK_FALSE(list.admit(exchange));
  CHECK_FALSE(list.about(exchange, {}));
  list.sent(exchange);
  CHECK(call_order == "enter-a enter-b admit-a admit-b about-a about-b ab");
}

TEST_CASE_FIXTURE(list_fixture, "the first that refuses ends the round") {
  refusing_call = "enter-a";
  CHECK(list.enter(exchange)->status == 418);
  CHECK(call_order == "enter-a ");
  refusing_call = "about-b";
  CHECK(list.about(exchange, {})->status == 418);
  CHECK(call_order == "enter-a about-a about-b ");
}

TEST_CASE_FIXTURE(list_fixture, "an answer meets the innermost first") {
  http_response response;
  list.leave(exchange, response);
  CHECK(response.body == "ba");
}
