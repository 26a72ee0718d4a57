#include "actors/letter_retry.hpp"

#include "config/limits.hpp"
#include "messages/outcome_text.hpp"
#include "messages/refusals.hpp"
#include "storage/ports/dead_letters.hpp"

#include <algorithm>

namespace registrar {

namespace {

bool is_registered(seat_status status) {
  return status == seat_status::enrolled || status == seat_status::waitlisted
         || status == seat_status::already_registered;
}

/// Status and detail of one registration that was made again.
dead_letter_result result_of(const uuid& id, const registration_reply& reply) {
  if (reply.refused == request_refusal::student_not_found)
    return {id, "rejected", "There is no such student any more."};
  if (reply.refused == request_refusal::student_inactive)
    return {id, "rejected", "The student is not active."};
  auto why = reply.error;
  if (!reply.results.empty() && reply.results[0].error.code != ec::none)
    why = reply.results[0].error;
  if (why.code == ec::none && reply.results.empty())
    why = {ec::internal, "Nothing was decided."};
  if (why.code == ec::in_doubt)
    why.detail += " It may or may not have taken effect; retry it again.";
  if (why.code != ec::none)
    return {id, "failed", why.detail};
  const auto& outcome = reply.results[0].outcome;
  std::string detail;
  if (!outcome.refusals.empty())
    detail = detail_of(outcome.refusals.front());
  return {id, std::string{word_of(outcome.status)}, std::move(detail)};
}

registration_request request_of(const dead_letter& letter,
                                std::chrono::milliseconds time_left) {
  registration_request result;
  result.route = route::register_sections;
  result.request = request_id::random();
  result.student = letter.student;
  result.sections = {letter.section};
  result.memo_ttl = limits::memo_ttl_without_key;
  result.time_left = time_left;
  return result;
}

} // namespace

void retried_letters::start(std::vector<uuid> ids) {
  gateway_.read_letters([self = shared_from_this(), ids = std::move(ids)](
                          fallible<std::vector<dead_letter>> all) {
    if (all)
      self->choose(ids, std::move(*all));
    else
      self->done_(all.error());
  });
}

void retried_letters::choose(const std::vector<uuid>& ids,
                             std::vector<dead_letter> all) {
  for (const auto& id : ids) {
    auto found = std::find_if(all.begin(), all.end(),
                              [&](const auto& x) { return x.id == id; });
    if (found == all.end()) {
      results_.push_back(
        {id, "not_found", "There is no such letter any more."});
    } else if (!can_be_retried(*found)) {
      results_.push_back(
        {id, "nothing_to_retry", "SQL has the ledger's rows; discard it."});
    } else {
      retried_.push_back({*found, results_.size()});
      results_.push_back({id, "failed", ""});
    }
  }
  if (retried_.empty()) {
    answer();
    return;
  }
  open_ = retried_.size();
  for (std::size_t i = 0; i < retried_.size(); ++i)
    submit(i);
}

void retried_letters::submit(std::size_t place) {
  gateway_.requests_.submit(
    request_of(retried_[place].letter, gateway_.config_.request_deadline),
    [self = shared_from_this(), place](const registration_reply& given) {
      self->on_reply(place, given);
    });
}

void retried_letters::on_reply(std::size_t place,
                               const registration_reply& given) {
  {
    std::lock_guard guard{mutex_};
    auto& x = retried_[place];
    results_[x.result] = result_of(x.letter.id, given);
    x.is_registered = results_[x.result].status != "failed"
                      && !given.results.empty()
                      && is_registered(given.results[0].outcome.status);
    if (--open_ > 0)
      return;
    open_ = retried_.size();
  }
  note_acts();
}

void retried_letters::note_acts() {
  // Before the letters go: what they were is in these rows.
  for (std::size_t i = 0; i < retried_.size(); ++i) {
    const auto& x = retried_[i];
    const auto& result = results_[x.result];
    auto outcome = result.status;
    if (!result.detail.empty())
      outcome += ", " + result.detail;
    gateway_.audit(act_on(x.letter, "dead letter retried", outcome, why_),
                   [self = shared_from_this()](bool is_audited) {
                     std::unique_lock guard{self->mutex_};
                     self->is_audited_ = self->is_audited_ && is_audited;
                     if (--self->open_ > 0)
                       return;
                     guard.unlock();
                     self->delete_letters();
                   });
  }
}

void retried_letters::delete_letters() {
  std::vector<uuid> ids;
  for (const auto& x : retried_)
    if (x.is_registered)
      ids.push_back(x.letter.id);
  if (ids.empty()) {
    answer();
    return;
  }
  auto work = [ids](registration_store& sql) {
    for (const auto& id : ids)
      if (auto deleted = sql.delete_dead_letter(id); !deleted)
        return deleted.error();
    return failure{};
  };
  gateway_.ask_records(std::move(work), limits::status_time_max,
                       [self = shared_from_this()](const failure& why) {
                         if (why.code != ec::none)
                           for (const auto& x : self->retried_)
                             if (x.is_registered) {
                               auto& result = self->results_[x.result];
                               result.detail
                                 = "The registration is " + result.status
                                   + ", but the letter could not be deleted: "
                                   + why.detail;
                               result.status = "failed";
                             }
                         self->answer();
                       });
}

void retried_letters::answer() {
  done_(acted<results>{std::move(results_), is_audited_});
}

} // namespace registrar
