#include "messages/refusals.hpp"

#include "messages/registration.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace registrar;
using namespace std::chrono_literals;

namespace {

constexpr refusal_reason all_reasons[] = {
  refusal_reason::section_not_found,    refusal_reason::section_inactive,
  refusal_reason::course_inactive,      refusal_reason::semester_inactive,
  refusal_reason::section_full,         refusal_reason::window_not_yet_open,
  refusal_reason::window_over,          refusal_reason::section_frozen,
  refusal_reason::duplicate_in_request, refusal_reason::student_inactive,
};

section_result decided(seat_status status,
                       std::vector<refusal_reason> reasons = {}) {
  section_result result;
  result.outcome.status = status;
  for (auto reason : reasons)
    result.outcome.refusals.push_back({reason, {}});
  return result;
}

registration_reply reply_with(std::vector<section_result> results) {
  registration_reply reply;
  reply.results = std::move(results);
  return reply;
}

} // namespace

TEST_CASE("each reason has its code of the API") {
  CHECK(api_code(refusal_reason::section_not_found) == "section_not_found");
  CHECK(api_code(refusal_reason::section_inactive) == "section_inactive");
  CHECK(api_code(refusal_reason::course_inactive) == "section_inactive");
  CHECK(api_code(refusal_reason::semester_inactive) == "section_inactive");
  CHECK(api_code(refusal_reason::section_full) == "section_full");
  CHECK(api_code(refusal_reason::window_not_yet_open) == "window_closed");
  CHECK(api_code(refusal_reason::window_over) == "window_closed");
  CHECK(api_code(refusal_reason::section_frozen) == "section_frozen");
  CHECK(api_code(refusal_reason::duplicate_in_request)
        == "duplicate_in_request");
  CHECK(api_code(refusal_reason::student_inactive) == "student_inactive");
}

TEST_CASE("each reason has a sentence of its own") {
  std::set<std::string> sentences;
  for (auto reason : all_reasons) {
    auto text = detail_of({reason, {}});
    CHECK(text.size() > 20);
    CHECK(text.back() == '.');
    sentences.insert(text);
  }
  CHECK(sentences.size() == std::size(all_reasons));
}

TEST_CASE("a window that is not yet open says when it opens") {
  auto text = detail_of(
    {refusal_reason::window_not_yet_open, timestamp{1'700'000'000'000ms}});
  CHECK(text.find("2023-11-14T22:13:20.000Z") != std::string::npos);
}

TEST_CASE("only reasons that waiting removes are passing") {
  for (auto reason : all_reasons) {
    auto expected = reason == refusal_reason::window_not_yet_open
                    || reason == refusal_reason::window_over
                    || reason == refusal_reason::section_frozen
                    || reason == refusal_reason::student_inactive;
    CHECK(is_passing(reason) == expected);
  }
}

TEST_CASE("an answer with an effect is stored") {
  CHECK(is_storable(reply_with({decided(seat_status::enrolled)})));
  CHECK(is_storable(
    reply_with({decided(seat_status::rejected, {refusal_reason::window_over}),
                decided(seat_status::waitlisted)})));
  CHECK(is_storable(reply_with({decided(seat_status::not_registered)})));
}

TEST_CASE("an answer of passing refusals only is not stored") {
  CHECK_FALSE(is_storable(reply_with(
    {decided(seat_status::rejected, {refusal_reason::window_not_yet_open}),
     decided(seat_status::rejected, {refusal_reason::section_frozen})})));
}

TEST_CASE("one lasting reason makes a refusal lasting") {
  CHECK(is_storable(reply_with(
    {decided(seat_status::rejected, {refusal_reason::section_frozen,
                                     refusal_reason::section_full})})));
}

TEST_CASE("what is no 200 is not stored") {
  auto undecided = reply_with({decided(seat_status::enrolled)});
  undecided.error = {ec::in_doubt, "No answer."};
  CHECK_FALSE(is_storable(undecided));
  auto refused = reply_with({decided(seat_status::enrolled)});
  refused.refused = request_refusal::student_inactive;
  CHECK_FALSE(is_storable(refused));
}
