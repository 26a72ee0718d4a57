#define CAF_SUITE admission

#include "actors/admission.hpp"
#include "tests/unit/actors/fixture.hpp"

#include "tests/unit/actors/dsl.hpp"

using namespace actor_tests;

namespace {

struct admission_fixture {
  admission_fixture() {
    content.courses[0].is_active = true;
    view.load(content);
  }

  /// Semester 1, which has sections 1 to 6 and 9.
  semester& open_semester() {
    return content.semesters[0];
  }

  void change_course(bool is_active) {
    content.courses[0].is_active = is_active;
    view.put(content.courses[0]);
  }

  admission::judgement judge(const registration_request& request) {
    return admission{view}.judge(request, now);
  }

  std::vector<refusal_reason> reasons(const registration_request& request) {
    std::vector<refusal_reason> result;
    auto judged = judge(request);
    for (const auto& why : judged.findings.at(0).verdict)
      result.push_back(why.reason);
    return result;
  }

  timestamp now = now_utc();
  catalogue_content content = small_catalogue();
  catalogue_view view;
  using list = std::vector<refusal_reason>;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(the_admission, admission_fixture)

CAF_TEST(finds nothing against who may register) {
  auto judged = judge(request_for(1, 1, {1, 2}));
  CAF_CHECK(judged.refused == request_refusal::none);
  CAF_REQUIRE_EQUAL(judged.findings.size(), 2u);
  for (const auto& finding : judged.findings) {
    CAF_CHECK(finding.asks_section);
    CAF_CHECK(finding.verdict.empty());
  }
}

CAF_TEST(names all reasons together) {
  change_course(false);
  open_semester().is_active = false;
  open_semester().registration_end = now - 1h;
  view.put(open_semester());
  CAF_CHECK(
    (reasons(request_for(1, 1, {1}))
     == list{refusal_reason::course_inactive, refusal_reason::semester_inactive,
             refusal_reason::window_over}));
}

CAF_TEST(says when the window opens and lets in from that moment on) {
  auto opens = now + 1h;
  open_semester().registration_start = opens;
  view.put(open_semester());
  auto verdict = judge(request_for(1, 1, {1})).findings.at(0).verdict;
  CAF_REQUIRE_EQUAL(verdict.size(), 1u);
  CAF_CHECK(verdict[0].reason == refusal_reason::window_not_yet_open);
  CAF_CHECK(verdict[0].opens_at == opens);
  now = opens;
  CAF_CHECK(reasons(request_for(1, 1, {1})).empty());
}

CAF_TEST(closes at the moment that is given) {
  now = open_semester().registration_end - 1ms;
  CAF_CHECK(reasons(request_for(1, 1, {1})).empty());
  now = open_semester().registration_end;
  CAF_CHECK(
    (reasons(request_for(1, 1, {1})) == list{refusal_reason::window_over}));
}

CAF_TEST(lets a drop pass whatever is closed) {
  change_course(false);
  auto x = request_for(1, 50, {7});
  x.route = route::drop_sections;
  auto judged = judge(x);
  CAF_CHECK(judged.refused == request_refusal::none);
  CAF_CHECK(judged.findings.at(0).asks_section);
  CAF_CHECK(judged.findings[0].verdict.empty());
}

CAF_TEST(asks no section that is named again or unknown) {
  auto judged = judge(request_for(1, 1, {1, 1, 33}));
  CAF_REQUIRE_EQUAL(judged.findings.size(), 3u);
  CAF_CHECK(judged.findings[0].asks_section);
  CAF_CHECK(!judged.findings[1].asks_section);
  CAF_CHECK(judged.findings[1].verdict.at(0).reason
            == refusal_reason::duplicate_in_request);
  CAF_CHECK(!judged.findings[2].asks_section);
  CAF_CHECK(judged.findings[2].verdict.at(0).reason
            == refusal_reason::section_not_found);
}

CAF_TEST(refuses the inactive at once and on later attempts after the memo) {
  CAF_CHECK(judge(request_for(1, 50, {1})).refused
            == request_refusal::student_inactive);
  auto later = request_for(1, 50, {7, 33});
  later.attempt = 2;
  auto judged = judge(later);
  CAF_CHECK(judged.refused == request_refusal::none);
  CAF_CHECK(judged.is_barred);
  // Beside what else is in the way, and for the section that is asked only.
  CAF_CHECK_EQUAL(judged.findings.at(0).verdict.size(), 2u);
  CAF_CHECK(judged.findings[0].verdict.back().reason
            == refusal_reason::student_inactive);
  CAF_CHECK_EQUAL(judged.findings.at(1).verdict.size(), 1u);
}

CAF_TEST(cannot tell an unknown student before the catalogue is read) {
  CAF_CHECK(judge(request_for(1, 99, {1})).refused
            == request_refusal::student_not_found);
  catalogue_view unread;
  auto judged = admission{unread}.judge(request_for(1, 99, {1}), now);
  CAF_CHECK(judged.refused == request_refusal::none);
  CAF_CHECK(judged.error.code == ec::dependency_unavailable);
}

CAF_TEST_FIXTURE_SCOPE_END()
