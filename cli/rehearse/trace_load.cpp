#include "cli/rehearse/trace_load.hpp"

#include "cli/rehearse/request_text.hpp"

namespace registrar::rehearsal {

namespace {

using place = sequential_section::place;

/// What the API says where the model takes or gives up a place.
const char* expected_status(const trace_event& event) {
  auto is_enrolled = event.expected == place::enrolled;
  return event.what == trace_event::kind::arrival
           ? (is_enrolled ? "enrolled" : "waitlisted")
           : (is_enrolled ? "dropped" : "left_waitlist");
}

} // namespace

trace_load::trace_load(const trace_script& script, const world& where,
                       std::string authority, std::string key_prefix)
  : script_(script), where_(where), authority_(std::move(authority)),
    key_prefix_(std::move(key_prefix)), replies_(script.sections.size()) {
  for (auto i = std::size_t{0}; i < script.sections.size(); ++i) {
    total_ += script.sections[i].events.size();
    if (!script.sections[i].events.empty())
      ready_.push_back(i);
  }
}

bool trace_load::next(std::size_t, std::string& bytes, std::uint64_t& token) {
  if (ready_.empty())
    return false;
  auto section = ready_.front();
  ready_.pop_front();
  token = section;
  auto number = replies_[section].size();
  auto& event = script_.sections[section].events[number];
  auto id = where_.sections[section];
  if (event.what == trace_event::kind::capacity) {
    // A change to the same value twice is one change: safe to send again.
    write_request(bytes, "PATCH", authority_,
                  "/api/v1/sections/" + id.to_string(), "",
                  R"({"total_seats":)" + std::to_string(event.capacity) + "}");
    return true;
  }
  write_registration(
    bytes, authority_,
    event.what == trace_event::kind::arrival ? route::register_sections
                                             : route::drop_sections,
    where_.students[event.student], {&id, 1},
    key_prefix_ + "-" + std::to_string(section) + "-" + std::to_string(number));
  return true;
}

std::optional<std::chrono::milliseconds>
trace_load::on_answer(std::uint64_t token, const answer& got) {
  if (auto again = ask_again_after(got))
    return again;
  auto& replies = replies_[token];
  replies.push_back({got.status, std::string{got.body}});
  if (replies.size() < script_.sections[token].events.size())
    ready_.push_back(token);
  return std::nullopt;
}

void trace_load::on_given_up(std::uint64_t token) {
  total_ -= script_.sections[token].events.size() - replies_[token].size() - 1;
  unanswered_.push_back(
    {"unanswered", "event " + std::to_string(replies_[token].size() + 1)
                     + " of " + where_.name_of(token)
                     + " never got an answer"});
}

void trace_load::judge(std::size_t section, std::size_t number,
                       const reply& got, std::vector<violation>& found) const {
  auto& event = script_.sections[section].events[number];
  auto complain = [&](const char* invariant, const std::string& what) {
    found.push_back({invariant, "event " + std::to_string(number + 1) + " of "
                                  + where_.name_of(section) + " " + what});
  };
  if (got.status != 200) {
    complain("wrong-status", "was answered with " + std::to_string(got.status)
                               + ": " + got.body.substr(0, 300));
    return;
  }
  if (event.what == trace_event::kind::capacity)
    return;
  auto seats = read_seats(got.body);
  if (!seats || seats->size() != 1)
    complain("wrong-answer", "was answered with " + got.body.substr(0, 300));
  else if (seats->front().status != expected_status(event))
    complain("not-as-the-model", "was answered " + seats->front().status
                                   + ", and the model says "
                                   + expected_status(event));
}

std::vector<violation> trace_load::settle() const {
  auto result = unanswered_;
  for (auto section = std::size_t{0}; section < replies_.size(); ++section)
    for (auto n = std::size_t{0}; n < replies_[section].size(); ++n)
      judge(section, n, replies_[section][n], result);
  return result;
}

} // namespace registrar::rehearsal
