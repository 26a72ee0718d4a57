#include "cli/key_comparison.hpp"

#include "messages/outcome_text.hpp"

#include <nlohmann/json.hpp>

namespace registrar {

namespace {

using json = nlohmann::json;

/// One result of a stored answer, as text.
struct stored_result {
  section_id section;
  std::string status;
  std::string registration;
};

struct stored_answer {
  request_id request;
  student_id student;
  std::vector<stored_result> results;
};

std::string text_of(const json& object, const char* member) {
  auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string{};
}

template <class Id>
Id id_of(const json& object, const char* member) {
  return Id::parse(text_of(object, member)).value_or(Id{});
}

/// Further mentions of a section were never asked of it: left out.
stored_answer read(const std::string& response) {
  stored_answer result;
  auto body = json::parse(response, nullptr, false);
  if (!body.is_object())
    return result;
  result.request = id_of<request_id>(body, "request_id");
  result.student = id_of<student_id>(body, "student_id");
  auto list = body.find("results");
  if (list == body.end() || !list->is_array())
    return result;
  for (const auto& x : *list)
    if (x.is_object() && text_of(x, "code") != "duplicate_in_request")
      result.results.push_back({id_of<section_id>(x, "section_id"),
                                text_of(x, "status"),
                                text_of(x, "registration_id")});
  return result;
}

} // namespace

std::vector<memo_name> memos_of(const std::string& response) {
  std::vector<memo_name> result;
  auto answer = read(response);
  for (const auto& x : answer.results)
    result.emplace_back(x.section, answer.request);
  return result;
}

std::vector<difference> compare_with_memos(const std::string& response,
                                           const kept_memos& memos) {
  auto answer = read(response);
  if (answer.request.is_nil() || answer.results.empty())
    return {{{}, answer.student, "a key's stored answer is no answer"}};
  std::vector<difference> found;
  auto add = [&](const stored_result& x, const std::string& ledger) {
    found.push_back({x.section, answer.student,
                     "request " + answer.request.to_string() + " was answered "
                       + x.status + " by its key's record, " + ledger});
  };
  for (const auto& x : answer.results) {
    auto memo = memos.find({x.section, answer.request});
    if (memo == memos.end()) {
      // These two may be said without asking the ledger: nothing took effect.
      if (x.status != "rejected" && x.status != "not_registered")
        add(x, "but the ledger keeps no memo of it");
      continue;
    }
    const auto& outcome = memo->second;
    auto registration = outcome.registration.is_nil()
                          ? std::string{}
                          : outcome.registration.to_string();
    if (x.status != word_of(outcome.status))
      add(x, "and " + std::string{word_of(outcome.status)}
               + " by the ledger's memo");
    else if (x.registration != registration)
      add(x, "for another registration than by the ledger's memo");
  }
  return found;
}

} // namespace registrar
