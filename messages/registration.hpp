#pragma once

#include "messages/ledger.hpp"
#include "messages/trace_context.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// The business requests of students and their answers.

namespace registrar {

enum class route : std::uint8_t { register_sections, drop_sections };

/// `register` or `drop`, as in keys and log lines.
std::string_view to_string(route which);

/// POST /register or /drop after validation.
struct registration_request {
  registrar::route route = registrar::route::register_sections;
  registrar::request_id request;
  registrar::student_id student;
  /// 1 to 20, in the order of the request; may hold duplicates.
  std::vector<section_id> sections;
  /// From 1; above 1 every refusal goes through the ledger, because an earlier
  /// attempt may have taken effect (DESIGN 3.4).
  std::uint32_t attempt = 1;
  /// How long memos of this request live.
  std::chrono::milliseconds memo_ttl{0};
  /// What is left of the deadline when this is sent.
  std::chrono::milliseconds time_left{2000};
  /// For log lines.
  trace_context trace;

  friend bool operator==(const registration_request&,
                         const registration_request&)
    = default;
};

template <class Inspector>
auto inspect(Inspector& f, registration_request& x) {
  return f(x.route, x.request, x.student, x.sections, x.attempt, x.memo_ttl,
           x.time_left, x.trace);
}

/// What became of one section of a request.
struct section_result {
  section_id section;
  seat_outcome outcome;
  /// Not `none`: undecided for this reason; `outcome` is void.
  failure error;

  friend bool operator==(const section_result&, const section_result&)
    = default;
};

template <class Inspector>
auto inspect(Inspector& f, section_result& x) {
  return f(x.section, x.outcome, x.error);
}

/// Why a whole request is refused before any section is asked.
enum class request_refusal : std::uint8_t {
  none,
  student_not_found,
  student_inactive,
};

struct registration_reply {
  request_refusal refused = request_refusal::none;
  /// Not `none`: at least one section is undecided, or nothing could be
  /// judged at all; the answer is a 503 that lists what was decided.
  failure error;
  registrar::request_id request;
  registrar::student_id student;
  /// In the order of the request.
  std::vector<section_result> results;

  friend bool operator==(const registration_reply&, const registration_reply&)
    = default;
};

template <class Inspector>
auto inspect(Inspector& f, registration_reply& x) {
  return f(x.refused, x.error, x.request, x.student, x.results);
}

/// True where the answer may be kept under its key: not one in which nothing
/// took effect and every refusal is passing (DESIGN 3.2).
bool is_storable(const registration_reply& reply);

/// One row of GET /students/{id}/registrations.
struct registration_view {
  registrar::registration_id registration;
  section_id section;
  std::string course_code;
  std::string section_number;
  /// `enrolled`, `waitlisted`, `failed`.
  std::string status;
  std::uint32_t waitlist_position = 0;
  timestamp registered_at{};
  /// With `failed`: why.
  std::string reason;
};

} // namespace registrar
