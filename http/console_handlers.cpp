#include "http/answers.hpp"
#include "http/console/console_page.hpp"
#include "http/handlers.hpp"

namespace registrar {

REGISTRAR_HANDLER(handle_console) {
  static_cast<void>(context);
  static_cast<void>(id);
  if (takes_no_query(request, respond))
    respond(console_response(built_console_page()));
}

http_response refuse_console(http_response refusal) {
  return console_refusal(built_console_page(), std::move(refusal));
}

} // namespace registrar
