#pragma once

#include "http/metrics/http_meters.hpp"
#include "http/middleware/middleware_list.hpp"

namespace registrar {

/// Counts every answer by its route and status, with the time it took, and why
/// it is a refusal where it is one.
class request_metrics {
public:
  explicit request_metrics(const middleware_setup& setup)
    : meters_(setup.meters) {
  }

  void sent(const http_exchange& x) const {
    meters_.answered(x.head.route, x.status,
                     http_exchange::clock::now() - x.began, x.answer_bytes);
    if (x.refused_by != refusal_cause::none)
      meters_.refused[static_cast<std::size_t>(x.refused_by)].add();
  }

private:
  http_meters& meters_;
};

} // namespace registrar
