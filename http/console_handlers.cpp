#include "http/answers.hpp"
#include "http/console/console_page.hpp"
#include "http/handlers.hpp"

namespace registrar {

REGISTRAR_HANDLER(handle_console) {
  static_cast<void>(context);
  static_cast<void>(id);
  if (request.query.empty())
    respond(console_response(built_console_page()));
  else
    respond(bad_request("This path takes no query; leave it out."));
}

http_response refuse_console(http_response refusal) {
  return console_refusal(built_console_page(), std::move(refusal));
}

} // namespace registrar
