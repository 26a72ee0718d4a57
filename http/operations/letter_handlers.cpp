#include "config/limits.hpp"
#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/operations/acting.hpp"
#include "http/operations/answer_text.hpp"
#include "http/operations/records_json.hpp"
#include "http/query.hpp"
#include "messages/service.hpp"

#include <algorithm>

namespace registrar {

namespace {

using json = nlohmann::ordered_json;

constexpr auto letters_list = "dead-letters";

/// Words of the journal are letters and underscores; SQLSTATEs five letters
/// and digits.
bool is_word(std::string_view text, std::size_t length_max) {
  auto is_good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && text.size() <= length_max
         && std::all_of(text.begin(), text.end(), is_good);
}

std::string cursor_of(const letter_place& x) {
  return to_cursor(letters_list, std::to_string(x.at.time_since_epoch().count())
                                   + ' ' + x.section.to_string() + ' '
                                   + std::to_string(x.sequence));
}

std::optional<letter_place> place_of(std::string_view cursor) {
  auto row = from_cursor(letters_list, cursor);
  if (!row)
    return std::nullopt;
  auto first = row->find(' ');
  auto last = row->rfind(' ');
  if (first == last)
    return std::nullopt;
  auto at = whole_number(row->substr(0, first));
  auto section = section_id::parse(
    std::string_view{*row}.substr(first + 1, last - first - 1));
  auto sequence = whole_number(row->substr(last + 1));
  if (!at || !section || !sequence)
    return std::nullopt;
  return letter_place{timestamp{std::chrono::milliseconds{*at}}, *section,
                      *sequence};
}

fallible<list_dead_letters> read_letters_query(const std::string& text) {
  auto parameters = read_query(
    text, {"section", "student", "kind", "sqlstate", "limit", "cursor"});
  if (!parameters)
    return parameters.error();
  auto limit = read_limit(*parameters);
  if (!limit)
    return limit.error();
  list_dead_letters query;
  query.limit = *limit;
  for (const auto& [name, value] : *parameters) {
    if (name == "section") {
      auto id = read_id<section_id>(value, "section");
      if (!id)
        return id.error();
      query.section = *id;
    } else if (name == "student") {
      auto id = read_id<student_id>(value, "student");
      if (!id)
        return id.error();
      query.student = *id;
    } else if (name == "kind") {
      if (!is_word(value, 40))
        return {ec::invalid_value,
                "kind must be a kind of entry, as enrolled."};
      query.kind = value;
    } else if (name == "sqlstate") {
      if (!is_word(value, 5) || value.size() != 5)
        return {ec::invalid_value,
                "sqlstate must be five letters and digits, as 23505."};
      query.sqlstate = value;
    } else if (name == "cursor") {
      query.after = place_of(value);
      if (!query.after)
        return {ec::invalid_value,
                "cursor must be the next_cursor of the page before."};
    }
  }
  return query;
}

struct chosen_letters {
  std::vector<uuid> ids;
  std::string reason;
};

fallible<chosen_letters> read_choice(std::string_view body) {
  member_reader members{body, {"ids", "reason"}};
  chosen_letters result;
  auto given = members.texts("ids", limits::letters_per_act_max);
  for (const auto& text : members.required("ids", std::move(given))) {
    auto id = uuid::parse(text);
    if (!id)
      members.fault("Each of ids must be an id of 8-4-4-4-12 hexadecimal "
                    "digits.");
    else if (std::find(result.ids.begin(), result.ids.end(), *id)
             != result.ids.end())
      members.fault("ids holds an id twice; say it once.");
    else
      result.ids.push_back(*id);
  }
  result.reason = read_reason(members);
  return members.result(std::move(result));
}

bool is_done(const dead_letter_result& x) {
  return x.status == "enrolled" || x.status == "waitlisted"
         || x.status == "already_registered" || x.status == "discarded";
}

http_response
results_response(const acted<std::vector<dead_letter_result>>& x) {
  auto results = json::array();
  std::size_t done = 0;
  std::size_t absent = 0;
  for (const auto& result : x.result) {
    results.push_back(to_object(result));
    done += is_done(result) ? 1 : 0;
    absent += result.status == "not_found" ? 1 : 0;
  }
  json body;
  auto asked = x.result.size();
  body["results"] = std::move(results);
  body["summary"]
    = {{"asked", asked}, {"done", done}, {"kept", asked - done - absent}};
  body["audit"] = audit_text(x.is_audited);
  return ok(text_of(body));
}

auto answer_with_results(responder respond) {
  return [respond = std::move(respond)](
           const fallible<acted<std::vector<dead_letter_result>>>& x) {
    respond(x ? results_response(*x) : act_problem(x.error()));
  };
}

template <class Act>
void act_on_letters(http_context& context, const http_request& request, Act act,
                    responder respond) {
  auto chosen = read_choice(request.body);
  if (!chosen) {
    respond(problem(chosen.error()));
    return;
  }
  (context.service.operations()
   .*act)(std::move(chosen->ids),
          reason_of(context, request, std::move(chosen->reason)),
          answer_with_results(std::move(respond)));
}

} // namespace

REGISTRAR_HANDLER(handle_list_dead_letters) {
  static_cast<void>(id);
  auto query = read_letters_query(request.query);
  if (!query) {
    respond(problem(query.error()));
    return;
  }
  context.service.operations().dead_letters(
    std::move(*query),
    [&request, respond = std::move(respond)](fallible<dead_letter_page> page) {
      if (!page) {
        respond(problem(page.error()));
        return;
      }
      json body;
      auto& letters = body["dead_letters"] = json::array();
      for (const auto& x : page->letters)
        letters.push_back(to_object(x));
      body["total"] = page->total;
      body["matching"] = page->matching;
      http_response response;
      if (page->next) {
        auto cursor = cursor_of(*page->next);
        body["next_cursor"] = cursor;
        response.headers.add("Link",
                             link_to_next(request.path, request.query, cursor));
      }
      response.body = text_of(body);
      respond(std::move(response));
    });
}

REGISTRAR_HANDLER(handle_retry_dead_letters) {
  static_cast<void>(id);
  act_on_letters(context, request, &operations_service::retry,
                 std::move(respond));
}

REGISTRAR_HANDLER(handle_discard_dead_letters) {
  static_cast<void>(id);
  act_on_letters(context, request, &operations_service::discard,
                 std::move(respond));
}

} // namespace registrar
