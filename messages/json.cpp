#include "messages/json.hpp"

#include "messages/outcome_text.hpp"
#include "messages/refusals.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace registrar {

namespace {

bool needs_escape(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\';
}

/// Our own texts and codes need no escape, but may one day.
void append_quoted(std::string& out, std::string_view text) {
  if (std::any_of(text.begin(), text.end(), needs_escape)) {
    using nlohmann::json;
    out += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 24> digits;
  auto end
    = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

template <class Id>
void append_id(std::string& out, std::string_view name, const Id& id) {
  out += '"';
  out += name;
  out += "\":\"";
  id.value.append_to(out);
  out += '"';
}

void append_refusals(std::string& out, const std::vector<refusal>& why) {
  out += ",\"code\":";
  append_quoted(out, api_code(why[0].reason));
  out += ",\"detail\":";
  append_quoted(out, detail_of(why[0]));
  out += ",\"reasons\":[";
  for (std::size_t i = 0; i < why.size(); ++i) {
    out += i == 0 ? "{\"code\":" : ",{\"code\":";
    append_quoted(out, api_code(why[i].reason));
    out += ",\"detail\":";
    append_quoted(out, detail_of(why[i]));
    if (why[i].reason == refusal_reason::window_not_yet_open) {
      out += ",\"opens_at\":";
      append_quoted(out, to_rfc3339(why[i].opens_at));
    }
    out += '}';
  }
  out += ']';
}

void append_result(std::string& out, const section_result& result) {
  const auto& outcome = result.outcome;
  out += '{';
  append_id(out, "section_id", result.section);
  out += ",\"status\":";
  append_quoted(out, word_of(outcome.status));
  if (!outcome.registration.is_nil()) {
    out += ',';
    append_id(out, "registration_id", outcome.registration);
  }
  if (outcome.waitlist_position > 0) {
    out += ",\"waitlist_position\":";
    append_number(out, outcome.waitlist_position);
  }
  if (!outcome.refusals.empty())
    append_refusals(out, outcome.refusals);
  out += '}';
}

std::size_t count_of(const registration_reply& reply, seat_status status) {
  std::size_t count = 0;
  for (const auto& result : reply.results)
    count += result.outcome.status == status ? 1 : 0;
  return count;
}

void append_count(std::string& out, const registration_reply& reply,
                  seat_status status) {
  out += ",\"";
  out += word_of(status);
  out += "\":";
  append_number(out, count_of(reply, status));
}

/// Which of the two summaries. What a drop says, a registration cannot, and
/// the first mention of a section in a drop is never rejected.
bool is_drop(const registration_reply& reply) {
  for (const auto& result : reply.results)
    switch (result.outcome.status) {
      case seat_status::dropped:
      case seat_status::left_waitlist:
      case seat_status::not_registered: return true;
      default: break;
    }
  return false;
}

void append_summary(std::string& out, const registration_reply& reply) {
  out += ",\"summary\":{\"requested\":";
  append_number(out, reply.results.size());
  if (is_drop(reply)) {
    append_count(out, reply, seat_status::dropped);
    append_count(out, reply, seat_status::left_waitlist);
    append_count(out, reply, seat_status::not_registered);
    if (count_of(reply, seat_status::rejected) > 0)
      append_count(out, reply, seat_status::rejected);
  } else {
    append_count(out, reply, seat_status::enrolled);
    append_count(out, reply, seat_status::waitlisted);
    append_count(out, reply, seat_status::already_registered);
    append_count(out, reply, seat_status::rejected);
  }
  out += '}';
}

} // namespace

std::string to_json(const registration_reply& reply) {
  std::string out;
  out.reserve(256 + reply.results.size() * 192);
  out += '{';
  append_id(out, "request_id", reply.request);
  out += ',';
  append_id(out, "student_id", reply.student);
  out += ",\"results\":[";
  for (std::size_t i = 0; i < reply.results.size(); ++i) {
    if (i > 0)
      out += ',';
    append_result(out, reply.results[i]);
  }
  out += ']';
  append_summary(out, reply);
  out += '}';
  return out;
}

std::string decided_results_to_json(const registration_reply& reply) {
  std::string out{"["};
  for (const auto& result : reply.results) {
    if (result.error.code != ec::none
        || result.outcome.status == seat_status::undecided)
      continue;
    if (out.size() > 1)
      out += ',';
    append_result(out, result);
  }
  out += ']';
  return out;
}

} // namespace registrar
