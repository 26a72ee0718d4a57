#pragma once

#include "messages/actor_messages.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace registrar {

/// A section's header as the ledger last gave it, and what may be refused from
/// it. Pure. It never invents a seat: all it can say by itself is no, on a
/// request's first attempt, while this server owns the section.
class section_mirror {
public:
  bool is_loaded() const {
    return is_loaded_;
  }

  const section_header& header() const {
    return header_;
  }

  /// Takes over a header from the ledger, unless a newer one is here.
  void refresh(const section_header& header) {
    if (is_loaded_ && header.sequence < header_.sequence)
      return;
    header_ = header;
    is_loaded_ = true;
  }

  /// The outcome of a registration that cannot succeed, with every reason; none
  /// where the ledger has to decide.
  ///
  /// A section that is merely full, frozen or inactive is the ledger's to
  /// refuse: the student may hold a place already. With a verdict, the answer
  /// is no in either case.
  std::optional<seat_outcome> refuse(const ledger_command& command) const {
    if (!is_loaded_ || command.kind != command_kind::register_student
        || command.attempt > 1 || command.verdict.empty())
      return std::nullopt;
    seat_outcome result;
    result.status = seat_status::rejected;
    result.sequence = header_.sequence;
    result.refusals = command.verdict;
    const auto& settings = header_.settings;
    if (!settings.is_active)
      result.refusals.push_back({refusal_reason::section_inactive});
    if (settings.is_frozen)
      result.refusals.push_back({refusal_reason::section_frozen});
    auto no_seat
      = header_.enrolled >= settings.total_seats || header_.waitlisted > 0;
    if (no_seat && header_.waitlisted >= settings.waitlist_capacity)
      result.refusals.push_back({refusal_reason::section_full});
    return result;
  }

private:
  section_header header_;
  bool is_loaded_ = false;
};

} // namespace registrar
