#include "http/middleware/access_log.hpp"

#include "config/logging.hpp"

namespace registrar {

void access_log::sent(const http_exchange& x) const {
  if (!is_on_)
    return;
  auto micros = std::chrono::duration_cast<std::chrono::microseconds>(
    http_exchange::clock::now() - x.began);
  const auto& request = x.head.request;
  auto work = x.work.is_nil() ? std::string{} : " as " + x.work.to_string();
  log_info("request-answered",
           "{} {} {} {} bytes {} us request {} trace {}{} from {}",
           request.method.empty() ? "-" : request.method,
           request.path.empty() ? "-" : request.path, x.status, x.answer_bytes,
           micros.count(), request.request_id, request.trace.trace_text(), work,
           x.address);
}

} // namespace registrar
