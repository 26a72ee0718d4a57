#include "config/limits.hpp"
#include "http/answers.hpp"
#include "http/handlers.hpp"
#include "http/member_reader.hpp"
#include "http/operations/acting.hpp"
#include "http/operations/answer_text.hpp"
#include "http/operations/operations_json.hpp"
#include "http/query.hpp"
#include "messages/json.hpp"

namespace registrar {

namespace {

constexpr std::uint32_t found_by_default = 20;

struct section_search {
  std::string text;
  std::uint32_t limit = found_by_default;
};

fallible<section_search> read_search(const std::string& query) {
  auto given = read_query(query, {"find", "limit"});
  if (!given)
    return given.error();
  section_search result;
  if (auto found = given->find("find"); found != given->end())
    result.text = found->second;
  if (result.text.empty())
    return {ec::invalid_value, "Say what to find: find=TEXT, a part of a "
                               "course, its name, or a section's id."};
  if (auto found = given->find("limit"); found != given->end()) {
    auto limit
      = read_bounded(found->second, "limit", limits::sections_found_max);
    if (!limit)
      return limit.error();
    result.limit = *limit;
  }
  return result;
}

// -- the equation -------------------------------------------------------------

/// Whether the ledger's rows are what its header says; none where they could
/// not be had.
std::optional<bool> holds(const section_inspection& x) {
  if (!x.rows)
    return std::nullopt;
  const auto& header = x.rows->header;
  return x.rows->roster.size() == header.enrolled
         && x.rows->waitlist.size() == header.waitlisted;
}

std::string sentence_of(const section_header& header,
                        const std::optional<section_rows>& rows) {
  auto seats = header.settings.total_seats;
  auto number = [](auto x) { return std::to_string(x); };
  auto result = number(header.enrolled) + " enrolled";
  if (header.enrolled <= seats)
    result += " + " + number(seats - header.enrolled)
              + " free = " + number(seats) + " seats";
  else
    result += " in " + number(seats)
              + " seats: " + number(header.enrolled - seats)
              + " over, since the capacity was lowered; nobody is enrolled "
                "until they are fewer";
  if (!rows)
    return result + ".";
  return result + "; the roster holds " + number(rows->roster.size())
         + " and the waitlist " + number(rows->waitlist.size()) + ".";
}

ops_json equation_of(const section_inspection& x) {
  // Header and rows are of one moment, where there are rows.
  const auto& header = x.rows ? x.rows->header : x.section.header;
  auto seats = header.settings.total_seats;
  ops_json y;
  y["total_seats"] = seats;
  y["enrolled"] = header.enrolled;
  y["available"] = seats - std::min(seats, header.enrolled);
  y["over_capacity"] = header.enrolled - std::min(seats, header.enrolled);
  y["roster_rows"]
    = x.rows ? ops_json(x.rows->roster.size()) : ops_json(nullptr);
  y["waitlisted"] = header.waitlisted;
  y["waitlist_rows"]
    = x.rows ? ops_json(x.rows->waitlist.size()) : ops_json(nullptr);
  y["sequence"] = header.sequence;
  y["holds"] = or_null(holds(x));
  y["text"] = sentence_of(header, x.rows);
  return y;
}

ops_json sql_of(const section_inspection& x) {
  const auto& header = x.rows ? x.rows->header : x.section.header;
  ops_json y;
  y["sequence"] = or_null(x.sql_sequence);
  y["behind"] = nullptr;
  if (x.sql_sequence)
    y["behind"] = header.sequence - std::min(header.sequence, *x.sql_sequence);
  return y;
}

ops_json waiting_of(const section_inspection& x) {
  auto result = ops_json::array();
  if (!x.rows)
    return result;
  for (const auto& row : x.rows->waitlist) {
    if (result.size() == limits::waiting_shown)
      break;
    result.push_back({{"student_id", row.student.to_string()},
                      {"waitlist_position", result.size() + 1},
                      {"joined_at", to_rfc3339(row.since)}});
  }
  return result;
}

ops_json to_object(const section_inspection& x) {
  ops_json y;
  y["at"] = to_rfc3339(now_utc());
  y["section"] = to_object(x.section);
  y["stale"] = x.section.is_stale;
  y["equation"] = equation_of(x);
  y["sql"] = sql_of(x);
  y["owner"] = {{"node", x.node},
                {"partition", x.partition},
                {"epoch", x.epoch},
                {"lease_held", x.holds_lease}};
  y["actor"] = x.actor ? to_object(*x.actor) : ops_json(nullptr);
  y["waitlist"] = waiting_of(x);
  y["decisions"] = ops_json::array();
  for (const auto& decision : x.decisions)
    y["decisions"].push_back(to_object(decision));
  y["problems"] = x.problems;
  return y;
}

// -- acts ---------------------------------------------------------------------

operations_service::reply_to<acted<section_view>>
answer_with_act(responder respond) {
  return [respond = std::move(respond)](fallible<acted<section_view>> x) {
    if (!x) {
      respond(x.error().code == ec::not_found ? section_problem(x.error())
                                              : act_problem(x.error()));
      return;
    }
    ops_json y;
    y["section"] = to_object(x->result);
    y["audit"] = audit_text(x->is_audited);
    respond(ok(text_of(y)));
  };
}

void freeze(http_context& context, const http_request& request,
            const std::string& id, bool is_frozen, responder respond) {
  auto section = read_id<section_id>(id, "The section's id in the path");
  member_reader members{request.body, {"reason"}};
  auto why = members.result(read_reason(members));
  if (!section)
    respond(problem(section.error()));
  else if (!why)
    respond(problem(why.error()));
  else
    context.service.operations().freeze(
      *section, is_frozen, reason_of(context, request, std::move(*why)),
      answer_with_act(std::move(respond)));
}

} // namespace

REGISTRAR_HANDLER(handle_find_sections) {
  static_cast<void>(id);
  auto search = read_search(request.query);
  if (!search) {
    respond(problem(search.error()));
    return;
  }
  section_page page;
  page.sections
    = context.service.operations().find_sections(search->text, search->limit);
  respond(ok(to_json(page)));
}

REGISTRAR_HANDLER(handle_inspect_section) {
  auto section = read_id<section_id>(id, "The section's id in the path");
  if (!section) {
    respond(problem(section.error()));
    return;
  }
  if (!takes_no_query(request, respond))
    return;
  context.service.operations().inspect(
    *section, [respond = std::move(respond)](fallible<section_inspection> x) {
      respond(x ? ok(text_of(to_object(*x))) : section_problem(x.error()));
    });
}

REGISTRAR_HANDLER(handle_freeze_section) {
  freeze(context, request, id, true, std::move(respond));
}

REGISTRAR_HANDLER(handle_thaw_section) {
  freeze(context, request, id, false, std::move(respond));
}

REGISTRAR_HANDLER(handle_set_capacity) {
  auto section = read_id<section_id>(id, "The section's id in the path");
  member_reader members{request.body, {"total_seats", "reason"}};
  auto seats = members.required(
    "total_seats", members.number("total_seats", limits::total_seats_max));
  auto why = read_reason(members);
  auto read = members.result(seats);
  if (!section)
    respond(problem(section.error()));
  else if (!read)
    respond(problem(read.error()));
  else
    context.service.operations().set_capacity(
      *section, *read, reason_of(context, request, std::move(why)),
      answer_with_act(std::move(respond)));
}

} // namespace registrar
