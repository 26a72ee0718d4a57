#pragma once

#include "messages/operations.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace registrar::test {

/// Stands in for what operators ask of the actors: answers what the test put
/// there, at once, and keeps what it was asked.
class fake_operations : public operations_service {
public:
  // -- what it answers --------------------------------------------------------

  /// May change while a page is live.
  void answer_actors(fallible<actor_list> x);
  fallible<section_inspection> inspect_answer{section_inspection{}};
  std::vector<section_view> sections_answer;
  fallible<journal_state> journal_answer{journal_state{}};
  fallible<dead_letter_page> letters_answer{dead_letter_page{}};
  fallible<act_page> acts_answer{act_page{}};
  std::vector<trace_view> traces_answer;
  fallible<trace_content> trace_answer{trace_content{}};
  fallible<cluster_state> cluster_answer{cluster_state{}};
  fallible<acted<cluster_state>> cluster_act_answer{acted<cluster_state>{}};
  fallible<acted<section_view>> section_act_answer{acted<section_view>{}};
  fallible<acted<actor_view>> restart_answer{acted<actor_view>{}};
  fallible<acted<std::vector<dead_letter_result>>> letters_act_answer{
    acted<std::vector<dead_letter_result>>{}};
  fallible<acted<trace_view>> trace_act_answer{acted<trace_view>{}};
  fallible<acted<registrar::done>> keep_answer{acted<registrar::done>{}};

  // -- what it was asked ------------------------------------------------------

  list_actors asked_actors;
  section_id asked_section;
  std::string asked_text;
  std::uint32_t asked_limit = 0;
  list_dead_letters asked_letters;
  list_acts asked_acts;
  uuid asked_trace;
  /// In the order in which they were done: `freeze`, `thaw`, `capacity`,
  /// `restart`, `retry`, `discard`, `start`, `stop`, `drain`, `take back`,
  /// `rebalance`, `keep`.
  std::vector<std::string> done_acts;
  operator_reason last_reason;
  std::uint32_t wanted_seats = 0;
  std::string restarted;
  std::vector<uuid> chosen_letters;
  start_trace started_trace;
  std::string chosen_node;
  operator_act kept_act;

  // -- operations_service -----------------------------------------------------

  void actors(list_actors query, reply_to<actor_list> done) override;
  void inspect(section_id section, reply_to<section_inspection> done) override;
  std::vector<section_view> find_sections(const std::string& text,
                                          std::uint32_t limit) const override;
  void journal(reply_to<journal_state> done) override;
  void dead_letters(list_dead_letters query,
                    reply_to<dead_letter_page> done) override;
  void acts(list_acts query, reply_to<act_page> done) override;
  std::vector<trace_view> traces() const override;
  fallible<trace_content> trace(const uuid& id) const override;
  void cluster(reply_to<cluster_state> done) override;
  void freeze(section_id section, bool is_frozen, operator_reason why,
              reply_to<acted<section_view>> done) override;
  void set_capacity(section_id section, std::uint32_t total_seats,
                    operator_reason why,
                    reply_to<acted<section_view>> done) override;
  void restart(std::string name, operator_reason why,
               reply_to<acted<actor_view>> done) override;
  void retry(std::vector<uuid> letters, operator_reason why,
             reply_to<acted<std::vector<dead_letter_result>>> done) override;
  void discard(std::vector<uuid> letters, operator_reason why,
               reply_to<acted<std::vector<dead_letter_result>>> done) override;
  void start(start_trace trace, operator_reason why,
             reply_to<acted<trace_view>> done) override;
  void stop(uuid trace, operator_reason why,
            reply_to<acted<trace_view>> done) override;
  void drain(std::string node, bool is_drained, operator_reason why,
             reply_to<acted<cluster_state>> done) override;
  void rebalance(operator_reason why,
                 reply_to<acted<cluster_state>> done) override;
  void keep(operator_act act, reply_to<acted<registrar::done>> done) override;

private:
  void note(std::string act, operator_reason why);

  std::mutex mutex_;
  fallible<actor_list> actors_answer_{actor_list{}};
};

} // namespace registrar::test
