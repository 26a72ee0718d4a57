#include "tests/integration/fake_operations.hpp"

#include <utility>

namespace registrar::test {

void fake_operations::note(std::string act, operator_reason why) {
  done_acts.push_back(std::move(act));
  last_reason = std::move(why);
}

void fake_operations::answer_actors(fallible<actor_list> x) {
  std::lock_guard guard{mutex_};
  actors_answer_ = std::move(x);
}

void fake_operations::actors(list_actors query, reply_to<actor_list> done) {
  std::unique_lock guard{mutex_};
  asked_actors = std::move(query);
  auto answer = actors_answer_;
  guard.unlock();
  done(std::move(answer));
}

void fake_operations::inspect(section_id section,
                              reply_to<section_inspection> done) {
  asked_section = section;
  done(inspect_answer);
}

std::vector<section_view>
fake_operations::find_sections(const std::string& text,
                               std::uint32_t limit) const {
  auto& self = const_cast<fake_operations&>(*this);
  self.asked_text = text;
  self.asked_limit = limit;
  return sections_answer;
}

void fake_operations::journal(reply_to<journal_state> done) {
  done(journal_answer);
}

void fake_operations::dead_letters(list_dead_letters query,
                                   reply_to<dead_letter_page> done) {
  asked_letters = std::move(query);
  done(letters_answer);
}

void fake_operations::acts(list_acts query, reply_to<act_page> done) {
  asked_acts = query;
  done(acts_answer);
}

std::vector<trace_view> fake_operations::traces() const {
  return traces_answer;
}

fallible<trace_content> fake_operations::trace(const uuid& id) const {
  const_cast<fake_operations&>(*this).asked_trace = id;
  return trace_answer;
}

void fake_operations::freeze(section_id section, bool is_frozen,
                             operator_reason why,
                             reply_to<acted<section_view>> done) {
  asked_section = section;
  note(is_frozen ? "freeze" : "thaw", std::move(why));
  done(section_act_answer);
}

void fake_operations::set_capacity(section_id section,
                                   std::uint32_t total_seats,
                                   operator_reason why,
                                   reply_to<acted<section_view>> done) {
  asked_section = section;
  wanted_seats = total_seats;
  note("capacity", std::move(why));
  done(section_act_answer);
}

void fake_operations::restart(std::string name, operator_reason why,
                              reply_to<acted<actor_view>> done) {
  restarted = std::move(name);
  note("restart", std::move(why));
  done(restart_answer);
}

void fake_operations::retry(
  std::vector<uuid> letters, operator_reason why,
  reply_to<acted<std::vector<dead_letter_result>>> done) {
  chosen_letters = std::move(letters);
  note("retry", std::move(why));
  done(letters_act_answer);
}

void fake_operations::discard(
  std::vector<uuid> letters, operator_reason why,
  reply_to<acted<std::vector<dead_letter_result>>> done) {
  chosen_letters = std::move(letters);
  note("discard", std::move(why));
  done(letters_act_answer);
}

void fake_operations::start(start_trace trace, operator_reason why,
                            reply_to<acted<trace_view>> done) {
  started_trace = trace;
  note("start", std::move(why));
  done(trace_act_answer);
}

void fake_operations::stop(uuid trace, operator_reason why,
                           reply_to<acted<trace_view>> done) {
  asked_trace = trace;
  note("stop", std::move(why));
  done(trace_act_answer);
}

void fake_operations::cluster(reply_to<cluster_state> done) {
  done(cluster_answer);
}

void fake_operations::drain(std::string node, bool is_drained,
                            operator_reason why,
                            reply_to<acted<cluster_state>> done) {
  note(is_drained ? "drain" : "take back", std::move(why));
  chosen_node = std::move(node);
  done(cluster_act_answer);
}

void fake_operations::rebalance(operator_reason why,
                                reply_to<acted<cluster_state>> done) {
  note("rebalance", std::move(why));
  done(cluster_act_answer);
}

void fake_operations::keep(operator_act act,
                           reply_to<acted<registrar::done>> done) {
  note("keep", {act.who, act.why, ""});
  kept_act = std::move(act);
  done(keep_answer);
}

} // namespace registrar::test
