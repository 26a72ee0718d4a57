#include "actors/registration_broker.hpp"

#include "actors/traced_steps.hpp"
#include "config/limits.hpp"
#include "config/logging.hpp"
#include "messages/assertion.hpp"

#include <caf/actor_system.hpp>

namespace registrar {

namespace {

using namespace std::chrono_literals;

/// How often requests without an answer are looked through.
constexpr auto request_sweep_period = 50ms;
/// A section without an answer is asked again after this.
constexpr auto ask_section_again_after = 450ms;
/// The supervisor only spawns and answers.
constexpr auto start_timeout = 1s;

/// Of one request in so many it is seen how long it waits in a section's
/// mailbox: more would cost the section a look at the clock each.
constexpr std::uint64_t wait_sample = 32;

/// Failures after which asking again within the deadline can help.
bool is_worth_asking_again(ec code) {
  return code == ec::in_doubt || code == ec::dependency_unavailable
         || code == ec::fenced || code == ec::not_owner;
}

ledger_command command_for(const registration_request& request,
                           std::vector<refusal> verdict) {
  ledger_command result;
  result.kind = request.route == route::register_sections
                  ? command_kind::register_student
                  : command_kind::drop;
  result.request = request.request;
  result.student = request.student;
  result.attempt = request.attempt;
  result.memo_ttl = request.memo_ttl;
  result.verdict = std::move(verdict);
  if (result.kind == command_kind::register_student)
    result.registration = {uuid::time_ordered()};
  return result;
}

/// Nobody is registered in a section that does not exist.
seat_outcome outcome_without_section(route which,
                                     std::vector<refusal>& verdict) {
  seat_outcome result;
  if (which == route::drop_sections
      && verdict[0].reason == refusal_reason::section_not_found) {
    result.status = seat_status::not_registered;
  } else {
    result.status = seat_status::rejected;
    result.refusals = std::move(verdict);
  }
  return result;
}

} // namespace

caf::result<registration_reply>
registration_broker_state::on_registration_request(registration_request& x) {
  auto judged = admission{*catalogue}.judge(x, now_utc());
  if (peers->traces.is_on())
    trace_admission(peers->traces, x, judged);
  registration_reply reply;
  reply.request = x.request;
  reply.student = x.student;
  reply.refused = judged.refused;
  reply.error = judged.error;
  if (judged.findings.empty())
    return reply;
  awaited_request request;
  request.reply = std::move(reply);
  request.is_barred = judged.is_barred;
  request.reply.results.resize(x.sections.size());
  request.sections.resize(x.sections.size());
  for (std::size_t i = 0; i < x.sections.size(); ++i) {
    auto& finding = judged.findings[i];
    auto& result = request.reply.results[i];
    auto& section = request.sections[i];
    result.section = section.section = x.sections[i];
    if (finding.asks_section) {
      section.command = command_for(x, std::move(finding.verdict));
      ++request.undecided;
    } else {
      result.outcome = outcome_without_section(x.route, finding.verdict);
      section.is_decided = true;
    }
  }
  request.deadline = self->clock().now() + x.time_left;
  request.trace = x.trace;
  request.registration = self->make_response_promise<registration_reply>();
  auto promise = request.registration;
  begin(std::move(request));
  return promise;
}

caf::result<settings_reply>
registration_broker_state::on_change_settings(change_settings& x) {
  awaited_request request;
  request.reply.results.resize(1);
  request.reply.results[0].section = x.section;
  request.sections.resize(1);
  request.sections[0].section = x.section;
  request.sections[0].command = std::move(x.command);
  request.undecided = 1;
  request.deadline = self->clock().now() + x.time_left;
  request.settings = self->make_response_promise<settings_reply>();
  auto promise = request.settings;
  begin(std::move(request));
  return promise;
}

void registration_broker_state::begin(awaited_request request) {
  auto token = ++last_token;
  auto& kept = awaited.emplace(token, std::move(request)).first->second;
  if (kept.undecided == 0) {
    finish(token);
    return;
  }
  for (std::size_t i = 0; i < kept.sections.size(); ++i)
    if (!kept.sections[i].is_decided)
      ask(token, kept, i);
}

void registration_broker_state::ask(std::uint64_t token,
                                    awaited_request& request,
                                    std::size_t index) {
  auto& wanted = request.sections[index];
  wanted.asked_at = self->clock().now();
  wanted.is_far = peers->is_foreign(wanted.section);
  if (wanted.is_far) {
    ask_far(token, wanted, index);
    return;
  }
  auto section = peers->sections.get(wanted.section);
  if (!section) {
    start(wanted.section, {token, index});
    return;
  }
  auto asked = wanted.asked_at.time_since_epoch();
  auto sent_ns
    = token % wait_sample == 1 ? std::chrono::nanoseconds{asked}.count() : 0;
  self->send(section, decide_seat{token, static_cast<std::uint32_t>(index),
                                  wanted.was_sent, wanted.command, sent_ns});
  wanted.was_sent = wanted.is_asked = true;
}

void registration_broker_state::start(const section_id& section,
                                      awaited_seat who) {
  auto supervisor = peers->sections_supervisor.get();
  if (!supervisor)
    return;
  auto& waiting = starting[section];
  waiting.push_back(who);
  if (waiting.size() > 1)
    return;
  self->request(supervisor, start_timeout, start_section{section})
    .then(
      [this](section_started& x) {
        if (x.error.code != ec::none)
          give_up(x.section, x.error);
        else
          on_started(x.section);
      },
      [this, section](caf::error&) { starting.erase(section); });
}

void registration_broker_state::on_started(const section_id& section) {
  auto node = starting.extract(section);
  if (node.empty())
    return;
  for (auto [token, index] : node.mapped()) {
    auto found = awaited.find(token);
    if (found == awaited.end())
      continue;
    const auto& wanted = found->second.sections[index];
    if (!wanted.is_decided && !wanted.is_asked)
      ask(token, found->second, index);
  }
}

void registration_broker_state::give_up(const section_id& section,
                                        const failure& why) {
  auto node = starting.extract(section);
  if (node.empty())
    return;
  for (auto [token, index] : node.mapped()) {
    auto found = awaited.find(token);
    if (found != awaited.end() && !found->second.sections[index].is_decided)
      settle(token, found->second, index, {}, why);
  }
}

void registration_broker_state::on_seats_decided(seats_decided& x) {
  for (auto& decision : x.decisions) {
    auto found = awaited.find(decision.token);
    // Late answers to a request that was answered: the ledger has a memo.
    if (found == awaited.end())
      continue;
    found->second.header = x.header;
    decide(decision.token, found->second, decision);
  }
}

void registration_broker_state::decide(std::uint64_t token,
                                       awaited_request& request,
                                       seat_decided& x) {
  REGISTRAR_ASSERT(x.index < request.sections.size());
  auto& wanted = request.sections[x.index];
  if (wanted.is_decided)
    return;
  wanted.is_asked = false;
  auto& meters = peers->meters;
  (wanted.is_far ? meters.far_answer_time : meters.near_answer_time)
    .note(self->clock().now() - wanted.asked_at);
  if (x.error.code == ec::in_doubt)
    wanted.is_in_doubt = true;
  // The next sweep asks again.
  if (is_worth_asking_again(x.error.code))
    wanted.error = std::move(x.error);
  else
    settle(token, request, x.index, std::move(x.outcome), std::move(x.error));
}

void registration_broker_state::settle(std::uint64_t token,
                                       awaited_request& request,
                                       std::size_t index, seat_outcome outcome,
                                       failure error) {
  request.sections[index].is_decided = true;
  auto& result = request.reply.results[index];
  result.outcome = std::move(outcome);
  result.error = std::move(error);
  if (--request.undecided == 0)
    finish(token);
}

void registration_broker_state::finish(std::uint64_t token) {
  auto node = awaited.extract(token);
  auto& request = node.mapped();
  auto& reply = request.reply;
  ++answered;
  peers->meters.requests_answered.add();
  if (request.settings.pending()) {
    auto& result = reply.results[0];
    request.settings.deliver(settings_reply{
      std::move(result.error), std::move(result.outcome), request.header});
    return;
  }
  auto remembers_nothing = request.is_barred;
  for (std::size_t i = 0; i < reply.results.size(); ++i) {
    const auto& result = reply.results[i];
    if (result.error.code != ec::none && reply.error.code == ec::none)
      reply.error = result.error;
    const auto& why = result.outcome.refusals;
    auto was_asked = !request.sections[i].command.request.is_nil();
    auto is_barred
      = !why.empty() && why.back().reason == refusal_reason::student_inactive;
    if (was_asked && !is_barred)
      remembers_nothing = false;
  }
  if (reply.error.code == ec::none && remembers_nothing) {
    reply.refused = request_refusal::student_inactive;
    reply.results.clear();
  }
  request.registration.deliver(std::move(reply));
}

void registration_broker_state::expire(awaited_request& request) {
  ++expired;
  peers->meters.requests_expired.add();
  for (std::size_t i = 0; i < request.sections.size(); ++i) {
    auto& wanted = request.sections[i];
    if (wanted.is_decided)
      continue;
    auto& error = request.reply.results[i].error;
    error = std::move(wanted.error);
    if (error.code == ec::none)
      error = {ec::dependency_unavailable,
               wanted.was_sent ? "The section did not answer in time."
                               : "The section could not be started in time."};
    if (error.code == ec::not_owner)
      error = {ec::dependency_unavailable,
               "The section moves to another node and was not found in time."};
    if (wanted.is_asked || wanted.is_in_doubt)
      error.code = ec::in_doubt;
  }
}

/// One line for each sweep: where the ledger is slow, they are many.
void registration_broker_state::say_expired(
  const std::vector<std::uint64_t>& late) const {
  const auto& first = awaited.at(late.front());
  log_warn("requests-undecided",
           "registration broker left {} requests undecided at their deadline, "
           "among them {} of trace {}",
           late.size(), first.reply.request.to_string(),
           first.trace.trace_text());
}

void registration_broker_state::on_tick() {
  auto now = self->clock().now();
  probe.handled(now,
                peers->meters.mailbox_wait_of(actor_role::registration_broker));
  std::vector<std::uint64_t> late;
  for (auto& [token, request] : awaited) {
    if (now >= request.deadline) {
      late.push_back(token);
      continue;
    }
    for (std::size_t i = 0; i < request.sections.size(); ++i) {
      auto& wanted = request.sections[i];
      if (wanted.is_decided)
        continue;
      auto has_failed = !wanted.is_asked && wanted.error.code != ec::none;
      if (has_failed || now - wanted.asked_at >= ask_section_again_after) {
        wanted.is_in_doubt = wanted.is_in_doubt || wanted.is_asked;
        wanted.is_asked = false;
        peers->meters.sections_asked_again.add();
        ask(token, request, i);
      }
    }
  }
  if (!late.empty())
    say_expired(late);
  for (auto token : late) {
    expire(awaited.at(token));
    finish(token);
  }
  sweep_later();
}

void registration_broker_state::sweep_later() {
  probe.sent(self->clock().now() + request_sweep_period);
  self->delayed_send(self, request_sweep_period, tick{});
}

actor_status registration_broker_state::on_get_status() const {
  actor_status result;
  result.name = name;
  result.state = catalogue->is_loaded() ? "running" : "starting";
  result.figures = {
    {"awaited", static_cast<std::int64_t>(awaited.size())},
    {"answered", static_cast<std::int64_t>(answered)},
    {"expired", static_cast<std::int64_t>(expired)},
    {"far_seats", static_cast<std::int64_t>(far_seats)},
    {"far_messages", static_cast<std::int64_t>(far_messages)},
  };
  return result;
}

registration_broker_actor::behavior_type
registration_broker(registration_broker_state::pointer self,
                    std::shared_ptr<directory> peers,
                    std::shared_ptr<const catalogue_view> catalogue) {
  auto& state = self->state;
  state.self = self;
  state.peers = std::move(peers);
  state.catalogue = std::move(catalogue);
  state.sweep_later();
  return {
    [self](get_status) { return self->state.on_get_status(); },
    [self](registration_request& x) {
      return self->state.on_registration_request(x);
    },
    [self](change_settings& x) { return self->state.on_change_settings(x); },
    [self](seats_decided& x) { self->state.on_seats_decided(x); },
    [self](sections_decided& x) { self->state.on_sections_decided(x); },
    [self](tick) { self->state.on_tick(); },
    [self](flush) { self->state.on_flush(); },
  };
}

} // namespace registrar
