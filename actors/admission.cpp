#include "actors/admission.hpp"

#include <algorithm>

namespace registrar {

namespace {

admission::finding without_section(refusal_reason reason) {
  return {false, {refusal{reason}}};
}

} // namespace

admission::judgement admission::judge(const registration_request& request,
                                      timestamp at) const {
  judgement result;
  auto standing = view_.standing_of(request.student);
  if (standing == catalogue_view::standing::unknown) {
    if (view_.knows_all())
      result.refused = request_refusal::student_not_found;
    else
      result.error = {ec::dependency_unavailable,
                      "The catalogue cannot be read from SQL at present."};
    return result;
  }
  // Who is not active may still give back what he or she holds.
  auto is_barred = standing == catalogue_view::standing::inactive
                   && request.route == route::register_sections;
  if (is_barred && request.attempt == 1) {
    result.refused = request_refusal::student_inactive;
    return result;
  }
  result.is_barred = is_barred;
  result.findings.reserve(request.sections.size());
  for (std::size_t i = 0; i < request.sections.size(); ++i) {
    result.findings.push_back(judge_section(request, i, at));
    if (is_barred && result.findings.back().asks_section)
      result.findings.back().verdict.push_back(
        {refusal_reason::student_inactive});
  }
  return result;
}

admission::finding admission::judge_section(const registration_request& request,
                                            std::size_t index,
                                            timestamp at) const {
  auto first = request.sections.begin();
  auto self = first + static_cast<std::ptrdiff_t>(index);
  if (std::find(first, self, *self) != self)
    return without_section(refusal_reason::duplicate_in_request);
  auto facts = view_.facts_of(*self);
  if (!facts.is_known)
    return without_section(refusal_reason::section_not_found);
  finding result;
  if (request.route == route::drop_sections)
    return result;
  if (!facts.course_is_active)
    result.verdict.push_back({refusal_reason::course_inactive});
  if (!facts.semester_is_active)
    result.verdict.push_back({refusal_reason::semester_inactive});
  if (at < facts.opens)
    result.verdict.push_back(
      {refusal_reason::window_not_yet_open, facts.opens});
  else if (at >= facts.closes)
    result.verdict.push_back({refusal_reason::window_over});
  return result;
}

} // namespace registrar
