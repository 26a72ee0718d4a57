#include "actors/guest_book.hpp"

#include "messages/assertion.hpp"

#include <algorithm>

namespace registrar {

std::pair<std::uint64_t, bool>
guest_book::enter(const caf::strong_actor_ptr& guest) {
  auto known = std::find_if(guests_.begin(), guests_.end(),
                            [&](const auto& x) { return x.second == guest; });
  if (known != guests_.end())
    return {known->first, false};
  REGISTRAR_ASSERT(next_ < guests_max);
  guests_.emplace(next_, guest);
  return {next_++, true};
}

std::uint64_t guest_book::mark(std::uint64_t number, std::uint64_t token) {
  REGISTRAR_ASSERT(can_mark(token));
  return number << token_bits | token;
}

guest_book::entry guest_book::find(std::uint64_t marked) const {
  auto known = guests_.find(marked >> token_bits);
  return {known == guests_.end() ? nullptr : known->second,
          marked & ((std::uint64_t{1} << token_bits) - 1)};
}

void guest_book::leave(const caf::actor_addr& guest) {
  std::erase_if(guests_,
                [&](const auto& x) { return x.second->address() == guest; });
}

} // namespace registrar
