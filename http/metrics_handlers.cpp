#include "config/logging.hpp"
#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/metrics/metric_family.hpp"

namespace registrar {

namespace {

http_response page_of(const http_meters& meters, const service& asked,
                      service_status status) {
  auto response = ok(metrics_page(
    {meters, asked.meters(), asked.census(), asked.load(), std::move(status),
     process_figures::read(), dropped_log_lines()}));
  response.content_type = metrics_content_type;
  response.headers.add("Cache-Control", "no-store");
  return response;
}

} // namespace

/// Actors that do not answer in time are shown as such.
REGISTRAR_HANDLER(handle_metrics) {
  static_cast<void>(id);
  if (!takes_no_query(request, respond))
    return;
  context.service.status(true,
                         [&meters = context.meters, &asked = context.service,
                          respond](service_status status) {
                           respond(page_of(meters, asked, std::move(status)));
                         });
}

} // namespace registrar
