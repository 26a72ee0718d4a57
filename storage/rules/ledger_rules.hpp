#pragma once

#include "storage/rules/ledger_state.hpp"

namespace registrar {

/// The ledger's decisions (DESIGN 2), shared by every ledger of ours that is
/// not Redis. Pure: no I/O, no clock, no randomness; the same state and the
/// same commands give the same entries. Every decision becomes an entry first
/// and changes the state only by `ledger_state::take` of that entry.
///
/// Register: memo, then the verdict together with the section's own reasons,
/// then `already_registered`, then the section's own reasons, then a seat if
/// one is free and nobody waits, else a place in the line. Drop and withdraw
/// are allowed while frozen or inactive. After every effect, seats that are
/// free go to the line, unless the section is frozen or inactive; a waiter who
/// is not active any more is taken out of the line instead.
class ledger_rules {
public:
  struct decision {
    batch_decided answer;
    std::vector<journal_entry> entries;
  };

  ledger_rules() = default;

  explicit ledger_rules(ledger_state state) : state_(std::move(state)) {
  }

  /// Takes the ledger over, if `owner.number` is above all before.
  fallible<done> fence(const epoch& owner);

  /// Decides a section's commands in order. `at` is the time of all of them:
  /// memos that expired by then are void.
  decision decide(const decide_batch& batch, timestamp at);

  /// What to say of a section that is not here.
  static failure missing(const section_id& section);

  void set_standing(const student_id& student, bool is_active) {
    state_.set_standing(student, is_active);
  }

  const ledger_state& state() const {
    return state_;
  }

private:
  struct judgement;

  seat_outcome judge(judgement& now, const ledger_command& command);
  seat_outcome register_student(judgement& now, const ledger_command& command);
  seat_outcome drop(judgement& now, const ledger_command& command);
  seat_outcome withdraw(judgement& now, const ledger_command& command);
  seat_outcome change_settings(judgement& now, const ledger_command& command);
  void create(judgement& now, const decide_batch& batch);
  void promote(judgement& now);

  /// Completes an effect's entry, carries it out, keeps it for the journal.
  seat_outcome effect(judgement& now, journal_entry entry, seat_outcome memo);

  /// Keeps a memo without an effect.
  seat_outcome no_effect(judgement& now, const ledger_command& command,
                         seat_outcome memo);

  ledger_state state_;
};

} // namespace registrar
