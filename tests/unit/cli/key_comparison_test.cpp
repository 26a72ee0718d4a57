#include "cli/key_comparison.hpp"

#include "messages/json.hpp"
#include "tests/ids_of.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using registrar::test::id;

namespace {

/// A stored answer: enrolled in section 1, refused by section 2, and section 1
/// mentioned again.
struct stored_answer {
  stored_answer() {
    reply.request = id<request_id>(7);
    reply.student = id<student_id>(1);
    section_result enrolled{id<section_id>(1), {}, {}};
    enrolled.outcome.status = seat_status::enrolled;
    enrolled.outcome.registration = id<registration_id>(5);
    section_result full{id<section_id>(2), {}, {}};
    full.outcome.status = seat_status::rejected;
    full.outcome.refusals = {{refusal_reason::section_full, {}}};
    section_result again{id<section_id>(1), {}, {}};
    again.outcome.status = seat_status::rejected;
    again.outcome.refusals = {{refusal_reason::duplicate_in_request, {}}};
    reply.results = {enrolled, full, again};
    memos[{id<section_id>(1), reply.request}] = enrolled.outcome;
    memos[{id<section_id>(2), reply.request}] = full.outcome;
  }

  std::vector<difference> compared() const {
    return compare_with_memos(to_json(reply), memos);
  }

  registration_reply reply;
  kept_memos memos;
};

} // namespace

TEST_CASE_FIXTURE(stored_answer, "an answer that has its memos is as it was") {
  CHECK(compared().empty());
  CHECK(memos_of(to_json(reply))
        == std::vector<memo_name>{{id<section_id>(1), reply.request},
                                  {id<section_id>(2), reply.request}});
}

TEST_CASE_FIXTURE(stored_answer, "an effect without a memo is named") {
  memos.erase({id<section_id>(1), reply.request});
  auto found = compared();
  REQUIRE(found.size() == 1);
  CHECK(found[0].section == id<section_id>(1));
  CHECK(found[0].student == reply.student);
}

TEST_CASE_FIXTURE(stored_answer, "a refusal needs no memo") {
  memos.erase({id<section_id>(2), reply.request});
  CHECK(compared().empty());
}

TEST_CASE_FIXTURE(stored_answer, "a drop where there was nothing to drop needs "
                                 "no memo") {
  reply.results[1].outcome = {};
  reply.results[1].outcome.status = seat_status::not_registered;
  memos.erase({id<section_id>(2), reply.request});
  CHECK(compared().empty());
}

TEST_CASE_FIXTURE(stored_answer, "a refusal of what took effect is named") {
  memos[{id<section_id>(2), reply.request}].status = seat_status::enrolled;
  REQUIRE(compared().size() == 1);
  CHECK(compared()[0].section == id<section_id>(2));
}

TEST_CASE_FIXTURE(stored_answer, "another registration is named") {
  memos[{id<section_id>(1), reply.request}].registration
    = id<registration_id>(6);
  CHECK(compared().size() == 1);
}

TEST_CASE("what is no answer is named") {
  CHECK(compare_with_memos("", {}).size() == 1);
  CHECK(compare_with_memos("{\"results\": 3}", {}).size() == 1);
  CHECK(memos_of("[").empty());
}
