#pragma once

#include "storage/memory/ledger_stores.hpp"

namespace registrar {

/// The rules behind a mutex.
class memory_seat_ledger : public seat_ledger {
public:
  explicit memory_seat_ledger(std::shared_ptr<memory_ledger::content> shared)
    : shared_(std::move(shared)) {
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
  std::shared_ptr<memory_ledger::content> shared_;
};

} // namespace registrar
