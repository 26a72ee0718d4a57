#include "actors/act_log.hpp"
#include "actors/letter_retry.hpp"
#include "actors/operations_gateway.hpp"
#include "storage/ports/dead_letters.hpp"

#include <algorithm>

namespace registrar {

namespace {

letter_place place_of(const dead_letter& x) {
  return {x.at, x.section, x.sequence};
}

bool is_wanted(const list_dead_letters& query, const dead_letter& x) {
  return (query.section.is_nil() || query.section == x.section)
         && (query.student.is_nil() || query.student == x.student)
         && (query.kind.empty() || query.kind == x.kind)
         && (query.sqlstate.empty() || query.sqlstate == x.sqlstate);
}

dead_letter_view view_of(dead_letter x) {
  auto can_retry = can_be_retried(x);
  return {x.id,
          x.section,
          x.student,
          x.registration,
          x.sequence,
          std::move(x.kind),
          std::move(x.sqlstate),
          std::move(x.reason),
          x.at,
          std::move(x.entry),
          can_retry};
}

dead_letter_page page_of(std::vector<dead_letter> letters,
                         const list_dead_letters& query) {
  dead_letter_page page;
  page.total = letters.size();
  std::erase_if(letters, [&](const auto& x) { return !is_wanted(query, x); });
  page.matching = letters.size();
  if (query.after)
    std::erase_if(letters,
                  [&](const auto& x) { return place_of(x) <= *query.after; });
  if (letters.size() > query.limit) {
    letters.resize(query.limit);
    page.next = place_of(letters.back());
  }
  for (auto& x : letters)
    page.letters.push_back(view_of(std::move(x)));
  return page;
}

/// Deletes one letter, behind its row in `audit_log`.
dead_letter_result discard(registration_store& sql,
                           const std::vector<dead_letter>& all, const uuid& id,
                           const operator_reason& why) {
  auto found = std::find_if(all.begin(), all.end(),
                            [&](const auto& x) { return x.id == id; });
  if (found == all.end())
    return {id, "not_found", "There is no such letter any more."};
  auto act = act_on(*found, "dead letter discarded", found->entry, why);
  auto noted
    = sql.note({act.who, act.action, act.subject, act.detail, act.why, act.at});
  if (!noted)
    return {id, "failed", noted.error().detail};
  auto deleted = sql.delete_dead_letter(id);
  if (!deleted)
    return {id, "failed", deleted.error().detail};
  log_act(act);
  return {id, "discarded", ""};
}

} // namespace

operator_act act_on(const dead_letter& letter, std::string action,
                    const std::string& outcome, const operator_reason& why) {
  auto result = act_of(why, std::move(action), letter.id.to_string(),
                       letter.kind + " of section " + letter.section.to_string()
                         + ": " + outcome);
  result.at = now_utc();
  return result;
}

void operations_gateway::read_letters(
  std::function<void(fallible<std::vector<dead_letter>>)> on_read) {
  auto letters = std::make_shared<std::vector<dead_letter>>();
  auto work = [letters](registration_store& sql) {
    auto found = sql.dead_letters();
    if (!found)
      return found.error();
    *letters = std::move(*found);
    // As `letter_place` has it, whatever order the store's own ids have.
    std::sort(
      letters->begin(), letters->end(),
      [](const auto& x, const auto& y) { return place_of(x) < place_of(y); });
    return failure{};
  };
  ask_records(std::move(work), config_.request_deadline,
              [letters, on_read](failure why) {
                if (why.code == ec::in_doubt)
                  why.code = ec::dependency_unavailable;
                if (why.code != ec::none)
                  on_read(std::move(why));
                else
                  on_read(std::move(*letters));
              });
}

void operations_gateway::dead_letters(list_dead_letters query,
                                      reply_to<dead_letter_page> done) {
  read_letters([query, done](fallible<std::vector<dead_letter>> letters) {
    if (letters)
      done(page_of(std::move(*letters), query));
    else
      done(letters.error());
  });
}

void operations_gateway::retry(
  std::vector<uuid> letters, operator_reason why,
  reply_to<acted<std::vector<dead_letter_result>>> done) {
  std::make_shared<retried_letters>(*this, std::move(why), std::move(done))
    ->start(std::move(letters));
}

void operations_gateway::discard(
  std::vector<uuid> letters, operator_reason why,
  reply_to<acted<std::vector<dead_letter_result>>> done) {
  using results = std::vector<dead_letter_result>;
  auto all = std::make_shared<results>();
  auto work = [all, letters, why](registration_store& sql) {
    auto present = sql.dead_letters();
    if (!present)
      return present.error();
    for (const auto& id : letters)
      all->push_back(registrar::discard(sql, *present, id, why));
    return failure{};
  };
  ask_records(std::move(work), config_.request_deadline,
              [all, done](failure failed) {
                if (failed.code != ec::none)
                  done(std::move(failed));
                else
                  done(acted<results>{std::move(*all), true});
              });
}

} // namespace registrar
