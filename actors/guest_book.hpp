#pragma once

#include <caf/actor_addr.hpp>
#include <caf/actor_control_block.hpp>

#include <cstdint>
#include <map>

namespace registrar {

/// Brokers of other nodes by number, so that one token says whose request it
/// names: the number stands in the bits that a broker's own tokens leave free.
///
/// A number is never used again: a decision that comes late finds its broker or
/// nobody.
class guest_book {
public:
  /// Tokens of one broker: at 100,000 requests a second enough for five years.
  static constexpr int token_bits = 44;
  /// Brokers in the life of a gate.
  static constexpr std::uint64_t guests_max = 1u << (64 - token_bits);

  struct entry {
    /// Null where it is not known any more.
    caf::strong_actor_ptr guest;
    /// As the guest gave it.
    std::uint64_t token = 0;
  };

  /// @returns the number of the guest, and whether it is new.
  std::pair<std::uint64_t, bool> enter(const caf::strong_actor_ptr& guest);

  static constexpr bool can_mark(std::uint64_t token) {
    return token >> token_bits == 0;
  }

  /// @pre can_mark(token)
  static std::uint64_t mark(std::uint64_t number, std::uint64_t token);

  entry find(std::uint64_t marked) const;

  void leave(const caf::actor_addr& guest);

private:
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, caf::strong_actor_ptr> guests_;
};

} // namespace registrar
