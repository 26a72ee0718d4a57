#include "http/middleware/chain.hpp"

namespace registrar {

refusal_response http_context::about(const student_id& student) {
  return chain.about(exchange, student);
}

void http_context::works_on(const request_id& work) {
  exchange.work = work;
}

bool http_context::is_draining() const {
  return chain.is_draining();
}

} // namespace registrar
