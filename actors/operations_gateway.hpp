#pragma once

#include "actors/catalogue_view.hpp"
#include "actors/directory.hpp"
#include "config/settings.hpp"
#include "messages/service.hpp"
#include "storage/ports/registration_store.hpp"

#include <caf/actor_clock.hpp>
#include <caf/fwd.hpp>

#include <memory>
#include <string>

namespace registrar {

class call_table;
class retried_letters;

/// What operators ask and do, as http/ sees it: one message to an actor for
/// each call, one call of `done` for each answer. Acts are told to the
/// records worker, which keeps them in `audit_log`.
class operations_gateway : public operations_service {
public:
  /// @param requests the gateway of students' requests; outlives this.
  operations_gateway(caf::actor_system& system, const settings& config,
                     std::shared_ptr<directory> peers,
                     std::shared_ptr<catalogue_view> view,
                     std::shared_ptr<call_table> calls, service& requests);

  // -- looking ----------------------------------------------------------------

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

  // -- acting -----------------------------------------------------------------

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
  friend class retried_letters;

  /// Keeps the act in `audit_log` and says whether it is there already; what
  /// cannot be written now is tried again until it is.
  void audit(operator_act act, std::function<void(bool)> done);
  /// One question to SQL, on the connection of the records worker.
  void ask_records(std::function<failure(registration_store&)> work,
                   std::chrono::milliseconds deadline,
                   std::function<void(failure)> done);
  fallible<registrar::done> is_there(const trace_subject& subject) const;
  /// `on_read` gets all letters, oldest first.
  void
  read_letters(std::function<void(fallible<std::vector<dead_letter>>)> on_read);

  void change_cluster(change_drain change, operator_act act,
                      reply_to<acted<cluster_state>> done);
  void act_on_section(change_section change, operator_act act,
                      reply_to<acted<section_view>> done);
  /// Null where none of that name runs, and for the root.
  caf::strong_actor_ptr running(const std::string& name) const;
  void end(const std::string& name, const caf::strong_actor_ptr& actor,
           operator_reason why, actor_view before,
           reply_to<acted<actor_view>> done);

  caf::actor_clock& clock_;
  settings config_;
  std::string node_;
  std::shared_ptr<directory> peers_;
  std::shared_ptr<catalogue_view> view_;
  std::shared_ptr<call_table> calls_;
  service& requests_;
};

} // namespace registrar
