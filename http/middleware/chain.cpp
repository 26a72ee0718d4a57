#include "http/middleware/chain.hpp"

namespace registrar {

refusal_response http_context::about(const student_id& student) {
  return chain.about(exchange, student);
}

} // namespace registrar
