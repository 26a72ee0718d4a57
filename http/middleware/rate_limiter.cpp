#include "http/middleware/rate_limiter.hpp"

#include "messages/assertion.hpp"

#include <algorithm>
#include <cstring>
#include <random>

namespace registrar {

namespace {

std::uint64_t mixed(std::uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  return x ^ x >> 32;
}

std::uint64_t secret() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

} // namespace

rate_limiter::rate_limiter(std::uint32_t quota, std::chrono::nanoseconds window,
                           std::size_t entries_max)
  : cost_(window / std::max(quota, 1u)),
    window_(cost_ * quota), secret_{secret(), secret()},
    sets_(std::max<std::size_t>(entries_max / set_size, 1)) {
  REGISTRAR_ASSERT(quota > 0);
  REGISTRAR_ASSERT(cost_.count() > 0);
}

std::uint64_t rate_limiter::hash(const key& who) const {
  std::uint64_t words[2];
  std::memcpy(words, who.data(), sizeof words);
  return mixed(mixed(words[0] ^ secret_[0]) ^ words[1] ^ secret_[1]);
}

rate_limiter::entry& rate_limiter::find(entry_set& set, const key& who) {
  auto found = std::find_if(set.begin(), set.end(),
                            [&](const entry& x) { return x.who == who; });
  if (found != set.end())
    return *found;
  auto least = std::min_element(
    set.begin(), set.end(),
    [](const entry& x, const entry& y) { return x.whole_at < y.whole_at; });
  *least = {who, clock::time_point::min()};
  return *least;
}

rate_verdict rate_limiter::take(const key& who, clock::time_point now) {
  auto place = hash(who) % sets_.size();
  std::lock_guard guard{locks_[place % lock_count]};
  auto& account = find(sets_[place], who);
  auto owed = std::max(account.whole_at, now) - now + cost_;
  rate_verdict result;
  result.is_allowed = owed <= window_;
  if (result.is_allowed)
    account.whole_at = now + owed;
  else
    result.until_next = owed - window_;
  auto spent = account.whole_at - now;
  result.until_reset = spent;
  result.remaining = static_cast<std::uint32_t>((window_ - spent) / cost_);
  return result;
}

} // namespace registrar
