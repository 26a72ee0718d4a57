#pragma once

#include "storage/ports/seat_ledger.hpp"

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace registrar::test {

/// What a ledger must answer, told as plainly as DESIGN tells it, with lists
/// that are searched from end to end. Memory and embedded ledger share their
/// rules; this one shares nothing with them, so that an error in the rules is
/// found too. It knows no journal.
class plain_ledger {
public:
  void fence(const epoch& owner) {
    owner_ = owner;
  }

  void set_standing(const student_id& student, bool is_active);

  batch_decided decide(const decide_batch& batch, timestamp at);

private:
  using row = std::pair<student_id, registration_id>;

  struct memo {
    seat_outcome outcome;
    std::uint32_t attempt = 0;
    timestamp expires{};
  };

  struct section {
    section_settings settings;
    std::uint64_t sequence = 0;
    std::vector<row> roster;
    std::vector<row> line;
    std::map<request_id, memo> memos;
  };

  seat_outcome answer(section& here, const ledger_command& command,
                      timestamp at);
  seat_outcome judge(section& here, const ledger_command& command);
  seat_outcome register_student(section& here, const ledger_command& command);
  seat_outcome change(section& here, const ledger_command& command);
  void promote(section& here);

  epoch owner_;
  std::map<section_id, section> sections_;
  std::set<student_id> inactive_;
};

} // namespace registrar::test
