#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/operations/answer_text.hpp"
#include "http/operations/records_json.hpp"
#include "http/query.hpp"
#include "messages/service.hpp"

namespace registrar {

namespace {

using json = nlohmann::ordered_json;

constexpr auto acts_list = "acts";

fallible<list_acts> read_acts_query(const std::string& text) {
  auto parameters = read_query(text, {"limit", "cursor"});
  if (!parameters)
    return parameters.error();
  auto limit = read_limit(*parameters);
  if (!limit)
    return limit.error();
  list_acts query;
  query.limit = *limit;
  if (auto cursor = parameters->find("cursor"); cursor != parameters->end()) {
    auto row = from_cursor(acts_list, cursor->second);
    auto before = row ? whole_number(*row) : std::nullopt;
    if (!before || *before == 0)
      return {ec::invalid_value,
              "cursor must be the next_cursor of the page before."};
    query.before = *before;
  }
  return query;
}

json acts_array(const std::vector<operator_act>& acts) {
  auto result = json::array();
  for (const auto& x : acts)
    result.push_back(to_object(x));
  return result;
}

} // namespace

REGISTRAR_HANDLER(handle_list_acts) {
  static_cast<void>(id);
  auto query = read_acts_query(request.query);
  if (!query) {
    respond(problem(query.error()));
    return;
  }
  context.service.operations().acts(
    *query, [&request, respond = std::move(respond)](fallible<act_page> page) {
      if (!page) {
        respond(problem(page.error()));
        return;
      }
      json body;
      body["pending"] = acts_array(page->pending);
      body["acts"] = acts_array(page->acts);
      http_response response;
      if (page->next != 0) {
        auto cursor = to_cursor(acts_list, std::to_string(page->next));
        body["next_cursor"] = cursor;
        response.headers.add("Link",
                             link_to_next(request.path, request.query, cursor));
      }
      response.body = text_of(body);
      respond(std::move(response));
    });
}

} // namespace registrar
