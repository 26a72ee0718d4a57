#pragma once

#include "http/middleware/middleware_list.hpp"
#include "http/middleware/rate_limit.hpp"

namespace registrar {

/// Bounds how often may be asked about one student, where the configuration
/// says so. Judged once the handler knows whom the request is about, and after
/// authentication, so that nobody uses up what is another's.
class student_limits {
public:
  static constexpr auto refuses_as = refusal_cause::student_limit;

  explicit student_limits(const middleware_setup& setup)
    : limit_("student", "about this student", setup.config.rate_per_student,
             setup.config.rate_window) {
  }

  refusal_response about(http_exchange& x, const student_id& student);
  void leave(http_exchange& x, http_response& response) const;

private:
  rate_limit limit_;
};

} // namespace registrar
