#pragma once

#include "actors/catalogue_view.hpp"
#include "actors/directory.hpp"

#include <caf/all.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

/// What the actors' tests share: a small catalogue, commands, and actors that
/// stand in for the others and keep what they get.

namespace actor_tests {

using namespace registrar;
using namespace std::chrono_literals;

uuid numbered(std::uint8_t kind, int number);
section_id section_of(int number);
student_id student_of(int number);
request_id request_of(int number);

/// Sections 1 to 9 with two seats, students 1 to 50; student 50 is suspended.
/// The window is open; `closed_semester` has sections 7 and 8 (window over).
catalogue_content small_catalogue();

registration_request request_for(int number, int student,
                                 std::vector<int> sections);
decide_seat seat_for(int number, int student);

/// Stands in for a ledger worker: keeps batches, answers when told to.
struct ledger_log {
  std::vector<decide_batch> batches;
  std::vector<caf::strong_actor_ptr> askers;
  /// Cursors that it was told, in order.
  std::vector<std::pair<section_id, std::uint64_t>> committed;
};

ledger_worker_actor::behavior_type
silent_ledger(ledger_worker_actor::pointer self,
              std::shared_ptr<ledger_log> log);

/// The answer of a ledger that enrols everybody.
batch_decided all_enrolled(const decide_batch& batch, std::uint64_t sequence);

/// Keeps what sections decided.
struct decision_log {
  std::vector<seat_decided> decisions;
};

decision_listener_actor::behavior_type
listener(decision_listener_actor::pointer, std::shared_ptr<decision_log> log);

} // namespace actor_tests
