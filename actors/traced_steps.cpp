#include "actors/traced_steps.hpp"

#include "messages/outcome_text.hpp"
#include "messages/refusals.hpp"

#include <algorithm>

namespace registrar {

namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

std::string words_of(const registration_reply& reply) {
  if (reply.refused == request_refusal::student_not_found)
    return "student_not_found";
  if (reply.refused == request_refusal::student_inactive)
    return "student_inactive";
  std::string result;
  for (const auto& x : reply.results) {
    result += result.empty() ? "" : "; ";
    result += x.error.code == ec::none ? words_of(x.outcome)
                                       : std::string{to_string(x.error.code)};
  }
  if (reply.error.code != ec::none)
    result += (result.empty() ? "" : "; ") + reply.error.detail;
  return result;
}

/// Between when an entry was decided and now, by this machine's clock.
microseconds since(timestamp decided, timestamp now) {
  return std::max(microseconds{0}, microseconds{now - decided});
}

std::string journal_place_of(const journal_entry& entry) {
  return std::string{to_string(entry.kind)} + ", sequence "
         + std::to_string(entry.after.sequence);
}

void note_entry(trace_board& to, const char* step, const journal_entry& entry) {
  auto now = now_utc();
  to.note({step,
           entry.request,
           entry.student,
           {&entry.after.section, 1},
           journal_place_of(entry),
           since(entry.at, now)},
          now);
}

} // namespace

std::function<void(registration_reply)>
trace_request(std::shared_ptr<directory> peers,
              const registration_request& request,
              std::function<void(registration_reply)> done) {
  auto detail = std::string{to_string(request.route)} + ", attempt "
                + std::to_string(request.attempt);
  peers->traces.note({"received", request.request, request.student,
                      request.sections, std::move(detail), std::nullopt});
  auto began = std::chrono::steady_clock::now();
  return [peers = std::move(peers), request = request.request,
          student = request.student, sections = request.sections, began,
          done = std::move(done)](registration_reply reply) {
    auto took = std::chrono::steady_clock::now() - began;
    peers->traces.note({"answered", request, student, sections, words_of(reply),
                        duration_cast<microseconds>(took)});
    done(std::move(reply));
  };
}

void trace_admission(trace_board& to, const registration_request& request,
                     const admission::judgement& judged) {
  traced_step step;
  step.request = request.request;
  step.student = request.student;
  if (judged.findings.empty()) {
    step.step = "refused";
    step.sections = request.sections;
    step.detail = judged.error.code == ec::none ? "the student may not register"
                                                : judged.error.detail;
    to.note(step);
    return;
  }
  for (std::size_t i = 0; i < judged.findings.size(); ++i) {
    const auto& finding = judged.findings[i];
    // The ledger is asked all the same, whether it remembers otherwise.
    auto is_clear = finding.asks_section && finding.verdict.empty();
    step.step = is_clear ? "admitted" : "refused";
    step.sections = {&request.sections[i], 1};
    step.detail.clear();
    for (const auto& why : finding.verdict) {
      step.detail += step.detail.empty() ? "" : ", ";
      step.detail += api_code(why.reason);
    }
    to.note(step);
  }
}

void trace_queued(trace_board& to, const section_id& section,
                  const ledger_command& command, std::size_t waiting) {
  to.note({"queued",
           command.request,
           command.student,
           {&section, 1},
           "behind " + std::to_string(waiting) + " others",
           std::nullopt});
}

void trace_asked(trace_board& to, const decide_batch& batch) {
  for (const auto& command : batch.commands)
    to.note({"asked",
             command.request,
             command.student,
             {&batch.section, 1},
             "in batch " + std::to_string(batch.number) + " of "
               + std::to_string(batch.commands.size()) + " commands",
             std::nullopt});
}

void trace_decided(trace_board& to, const section_id& section,
                   const ledger_command& command, const seat_outcome& outcome,
                   std::optional<std::chrono::nanoseconds> took) {
  auto detail = words_of(outcome) + (took ? "" : ", by the mirror");
  std::optional<microseconds> in_micros;
  if (took)
    in_micros = duration_cast<microseconds>(*took);
  to.note({"decided",
           command.request,
           command.student,
           {&section, 1},
           std::move(detail),
           in_micros});
}

void trace_written(trace_board& to, const journal_entry& entry) {
  note_entry(to, "written", entry);
}

void trace_noticed(trace_board& to, const journal_entry& entry) {
  note_entry(to, "noticed", entry);
}

} // namespace registrar
