#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/operations/answer_text.hpp"
#include "http/operations/records_json.hpp"
#include "messages/service.hpp"

namespace registrar {

REGISTRAR_HANDLER(handle_get_journal) {
  static_cast<void>(id);
  if (!takes_no_query(request, respond))
    return;
  context.service.operations().journal(
    [respond = std::move(respond)](const fallible<journal_state>& x) {
      respond(x ? ok(text_of(to_object(*x))) : problem(x.error()));
    });
}

} // namespace registrar
