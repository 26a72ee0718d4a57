#include "http/middleware/stream_counts.hpp"

namespace registrar {

void stream_place::give_back() {
  if (auto* counts = std::exchange(counts_, nullptr))
    counts->give_back(address_);
}

stream_place stream_counts::take(std::string_view address, bool is_exempt) {
  std::lock_guard guard{mutex_};
  auto found = by_address_.find(address);
  auto of_address = found == by_address_.end() ? 0 : found->second;
  if (all_ >= max_ || (of_address >= per_address_max_ && !is_exempt))
    return {};
  ++all_;
  if (found == by_address_.end())
    found = by_address_.emplace(address, 0).first;
  ++found->second;
  return {*this, std::string{address}};
}

void stream_counts::give_back(const std::string& address) {
  std::lock_guard guard{mutex_};
  --all_;
  if (auto found = by_address_.find(address); --found->second == 0)
    by_address_.erase(found);
}

} // namespace registrar
