#include "storage/rules/waiting_line.hpp"

#include "messages/assertion.hpp"

#include <algorithm>

namespace registrar {

namespace {

/// Places that were left are dropped once they outnumber those taken by this.
constexpr std::size_t slack = 16;

} // namespace

void waiting_line::join(std::uint64_t ticket, const student_id& student) {
  REGISTRAR_ASSERT(ticket > last_ticket());
  places_.push_back({ticket, student, true});
  append_count();
  ++size_;
}

bool waiting_line::leave(std::uint64_t ticket) {
  auto index = find(ticket);
  if (index == places_.size() || !places_[index].is_taken)
    return false;
  places_[index].is_taken = false;
  for (auto i = index + 1; i <= counts_.size(); i += i & (~i + 1))
    --counts_[i - 1];
  --size_;
  if (places_.size() > 2 * std::size_t{size_} + slack)
    compact();
  while (front_ < places_.size() && !places_[front_].is_taken)
    ++front_;
  return true;
}

std::uint32_t waiting_line::rank(std::uint64_t ticket) const {
  auto index = find(ticket);
  if (index == places_.size() || !places_[index].is_taken)
    return 0;
  std::uint32_t result = 0;
  for (auto i = index + 1; i > 0; i &= i - 1)
    result += counts_[i - 1];
  return result;
}

const student_id& waiting_line::front() const {
  REGISTRAR_ASSERT(!empty());
  return places_[front_].student;
}

std::size_t waiting_line::find(std::uint64_t ticket) const {
  auto at = std::lower_bound(
    places_.begin(), places_.end(), ticket,
    [](const place& x, std::uint64_t wanted) { return x.ticket < wanted; });
  if (at == places_.end() || at->ticket != ticket)
    return places_.size();
  return static_cast<std::size_t>(at - places_.begin());
}

void waiting_line::compact() {
  // The last place stays even if left: it holds the highest ticket.
  auto last = places_.back();
  std::erase_if(places_, [](const place& x) { return !x.is_taken; });
  if (!last.is_taken)
    places_.push_back(last);
  auto taken = std::move(places_);
  places_.clear();
  counts_.clear();
  for (const auto& x : taken) {
    places_.push_back(x);
    append_count();
  }
  front_ = 0;
}

void waiting_line::append_count() {
  auto end = counts_.size() + 1;
  std::uint32_t sum = places_.back().is_taken ? 1 : 0;
  for (auto i = end - 1; i > (end & (end - 1)); i &= i - 1)
    sum += counts_[i - 1];
  counts_.push_back(sum);
}

} // namespace registrar
