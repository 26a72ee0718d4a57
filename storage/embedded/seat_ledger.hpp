#pragma once

#include "storage/embedded/ledger_core.hpp"
#include "storage/ports/seat_ledger.hpp"

namespace registrar {

/// Decides in memory, appends to the journal, publishes after the commit.
class embedded_seat_ledger : public seat_ledger {
public:
  explicit embedded_seat_ledger(ledger_core& core) : core_(core) {
  }

  fallible<done> fence(const epoch& owner) override;
  fallible<epoch> current_epoch() override;
  std::vector<decision> execute(std::span<const decide_batch> batches,
                                timestamp at) override;
  fallible<std::vector<std::vector<live_registration>>>
  registrations(std::span<const student_id> students) override;
  fallible<std::vector<section_rows>>
  rows(std::span<const section_id> sections) override;
  fallible<std::vector<section_header>> headers() override;
  fallible<done>
  set_standing(std::span<const std::pair<student_id, bool>> is_active) override;
  fallible<done> ping() override;

private:
  fallible<done> execute(const decide_batch& batch, timestamp at,
                         decision& result);

  ledger_core& core_;
};

} // namespace registrar
