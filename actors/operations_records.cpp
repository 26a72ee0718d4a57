#include "actors/act_log.hpp"
#include "actors/gateway_calls.hpp"
#include "actors/operations_gateway.hpp"
#include "config/limits.hpp"
#include "storage/ports/registration_store.hpp"

#include <algorithm>

namespace registrar {

namespace {

operator_act act_in(audit_row row) {
  auto& x = row.entry;
  return {row.id,
          std::move(x.actor),
          std::move(x.action),
          std::move(x.subject),
          std::move(x.detail),
          std::move(x.reason),
          x.at};
}

bool is_same(const operator_act& x, const operator_act& y) {
  return x.at == y.at && x.who == y.who && x.action == y.action
         && x.subject == y.subject && x.detail == y.detail;
}

/// What became of a question: nothing was to take effect.
failure unanswered(failure why, std::size_t pending) {
  if (why.code == ec::in_doubt)
    why.code = ec::dependency_unavailable;
  if (pending > 0)
    why.detail += " " + std::to_string(pending)
                  + " acts wait to be written; the log has them.";
  return why;
}

} // namespace

// -- the one way into SQL -----------------------------------------------------

void operations_gateway::ask_records(
  std::function<failure(registration_store&)> work,
  std::chrono::milliseconds deadline, std::function<void(failure)> done) {
  calls_->ask<records_reply>(
    peers_->records.get(), records_request{std::move(work)}, deadline,
    [done](records_reply x) { done(std::move(x.error)); },
    [](failure why) { return records_reply{std::move(why)}; });
}

// -- acts ---------------------------------------------------------------------

void operations_gateway::audit(operator_act act,
                               std::function<void(bool)> done) {
  if (act.at == timestamp{})
    act.at = now_utc();
  log_act(act);
  auto [ticket, lost] = peers_->acts.add(std::move(act));
  if (lost)
    log_lost_act(*lost, "Too many acts wait for SQL.");
  calls_->ask<act_noted>(
    peers_->records.get(), note_act{ticket}, limits::audit_time_max,
    [done](act_noted x) { done(x.is_written); },
    [](failure) { return act_noted{false}; });
}

void operations_gateway::keep(operator_act act,
                              reply_to<acted<registrar::done>> done) {
  audit(std::move(act), [done](bool is_audited) {
    done(acted<registrar::done>{{}, is_audited});
  });
}

void operations_gateway::acts(list_acts query, reply_to<act_page> done) {
  auto rows = std::make_shared<std::vector<audit_row>>();
  // One more than the page tells whether there is a next one.
  auto work = [rows, query](registration_store& sql) {
    auto found = sql.audit_log(query.limit + std::size_t{1}, query.before);
    if (!found)
      return found.error();
    *rows = std::move(*found);
    return failure{};
  };
  auto pending = peers_->acts.newest_first();
  auto on_rows = [rows, query, pending, done](failure why) mutable {
    if (why.code != ec::none) {
      done(unanswered(std::move(why), pending.size()));
      return;
    }
    act_page page;
    if (rows->size() > query.limit) {
      rows->resize(query.limit);
      page.next = rows->back().id;
    }
    for (auto& row : *rows)
      page.acts.push_back(act_in(std::move(row)));
    // Written while the question was on its way.
    std::erase_if(pending, [&](const operator_act& x) {
      return std::any_of(page.acts.begin(), page.acts.end(),
                         [&](const auto& y) { return is_same(x, y); });
    });
    page.pending = std::move(pending);
    done(std::move(page));
  };
  ask_records(std::move(work), config_.request_deadline, std::move(on_rows));
}

} // namespace registrar
