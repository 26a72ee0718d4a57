#pragma once

#include "actors/admission.hpp"
#include "actors/directory.hpp"
#include "messages/registration.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

/// How each step of a request is told to whoever traces it. Called only where
/// `trace_board::is_on`.

namespace registrar {

/// The request is here; `done` is called as before, behind a note of what is
/// answered.
std::function<void(registration_reply)>
trace_request(std::shared_ptr<directory> peers,
              const registration_request& request,
              std::function<void(registration_reply)> done);

void trace_admission(trace_board& to, const registration_request& request,
                     const admission::judgement& judged);

/// @param waiting how many commands are before it.
void trace_queued(trace_board& to, const section_id& section,
                  const ledger_command& command, std::size_t waiting);

void trace_asked(trace_board& to, const decide_batch& batch);

/// @param took since the ledger was asked; none where the mirror decided.
void trace_decided(trace_board& to, const section_id& section,
                   const ledger_command& command, const seat_outcome& outcome,
                   std::optional<std::chrono::nanoseconds> took);

void trace_written(trace_board& to, const journal_entry& entry);

void trace_noticed(trace_board& to, const journal_entry& entry);

} // namespace registrar
