#pragma once

#include "actors/admission.hpp"
#include "actors/directory.hpp"
#include "actors/mailbox_probe.hpp"

#include "actors/observed_actor.hpp"
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <memory>
#include <unordered_map>
#include <vector>

namespace registrar {

/// One section of a request that waits for its decision.
struct awaited_section {
  section_id section;
  ledger_command command;
  bool is_decided = false;
  /// Sent to the section at some time.
  bool was_sent = false;
  /// Sent, and no answer to that yet.
  bool is_asked = false;
  /// To another node, the last time.
  bool is_far = false;
  /// Some asking was never answered or ended in doubt: the ledger may have
  /// decided, whatever later failures say.
  bool is_in_doubt = false;
  caf::actor_clock::time_point asked_at{};
  /// The last failure, shown if the deadline passes.
  failure error;
};

/// A request of a student or an operator whose sections are being asked.
struct awaited_request {
  registration_reply reply;
  std::vector<awaited_section> sections;
  std::size_t undecided = 0;
  /// The student is not active; see `admission::judgement`.
  bool is_barred = false;
  caf::actor_clock::time_point deadline{};
  section_header header;
  trace_context trace;
  /// Exactly one of the two is pending.
  caf::typed_response_promise<registration_reply> registration;
  caf::typed_response_promise<settings_reply> settings;
};

/// Names one section of one request under way.
struct awaited_seat {
  std::uint64_t token = 0;
  std::size_t index = 0;
};

/// Owns the requests under way. Judges what needs no section, asks the
/// sections (started on first use), gathers, answers in the order of the
/// request.
///
/// Promises: every request is answered by its deadline and one sweep; a
/// section that did not answer in time is listed as `in_doubt`, because its
/// command may have reached the ledger; until then a section that fails or was
/// restarted is asked again under the same request id. On a key's attempt
/// above 1 nothing is refused without the ledger. In a cluster the sections of
/// other nodes are asked through those nodes' gates, many at a time, and a
/// section that moved is looked for until the deadline. Never decides a seat.
struct registration_broker_state {
  // -- types ------------------------------------------------------------------

  using pointer
    = observed_pointer<registration_broker_actor, registration_broker_state>;

  // -- construction -----------------------------------------------------------

  registration_broker_state() = default;
  registration_broker_state(const registration_broker_state&) = delete;

  // -- messages, in the order of the behavior ---------------------------------

  actor_status on_get_status() const;
  caf::result<registration_reply>
  on_registration_request(registration_request& x);
  caf::result<settings_reply> on_change_settings(change_settings& x);
  void on_seats_decided(seats_decided& x);
  void on_sections_decided(sections_decided& x);
  void on_tick();
  void on_flush();

  // -- steps ------------------------------------------------------------------

  /// Keeps the request and asks what is undecided of it.
  void begin(awaited_request request);
  void ask(std::uint64_t token, awaited_request& request, std::size_t index);
  /// To the node that owns the section, with all that goes there at a time.
  void ask_far(std::uint64_t token, awaited_section& wanted, std::size_t index);
  void start(const section_id& section, awaited_seat who);
  void on_started(const section_id& section);
  void give_up(const section_id& section, const failure& why);
  void settle(std::uint64_t token, awaited_request& request, std::size_t index,
              seat_outcome outcome, failure error);
  void decide(std::uint64_t token, awaited_request& request, seat_decided& x);
  void finish(std::uint64_t token);
  void expire(awaited_request& request);
  void say_expired(const std::vector<std::uint64_t>& late) const;
  void sweep_later();

  // -- members ----------------------------------------------------------------

  static inline const char* name = "registration-broker";

  pointer self = nullptr;
  std::uint64_t last_token = 0;
  std::uint64_t answered = 0;
  std::uint64_t expired = 0;
  mailbox_probe probe;
  std::unordered_map<std::uint64_t, awaited_request> awaited;
  /// Sections that are being started, and who waits for them.
  std::unordered_map<section_id, std::vector<awaited_seat>> starting;
  /// Seats for other nodes' gates until the mailbox is read up to the flush.
  std::vector<std::pair<cluster_gate_actor, seats_asked>> outgoing;
  std::uint64_t far_messages = 0;
  std::uint64_t far_seats = 0;
  std::shared_ptr<directory> peers;
  std::shared_ptr<const catalogue_view> catalogue;
};

/// @param peers where sections and their supervisor are.
/// @param catalogue the view that admission reads.
registration_broker_actor::behavior_type
registration_broker(registration_broker_state::pointer self,
                    std::shared_ptr<directory> peers,
                    std::shared_ptr<const catalogue_view> catalogue);

} // namespace registrar
