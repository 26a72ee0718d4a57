#include "http/middleware/student_limits.hpp"

namespace registrar {

refusal_response student_limits::about(http_exchange& x,
                                       const student_id& student) {
  if (!limit_.is_on())
    return {};
  return limit_.judge(student.value.bytes, x.of_student);
}

void student_limits::leave(http_exchange& x, http_response& response) const {
  limit_.show(x.of_student, response.headers);
}

} // namespace registrar
