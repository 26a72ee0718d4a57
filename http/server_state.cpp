#include "http/server_state.hpp"

#include "http/session.hpp"

#include <algorithm>
#include <vector>

namespace registrar {

bool server_state::is_trusted(const std::string& address) const {
  const auto& proxies = config.trusted_proxies;
  return address.rfind("127.", 0) == 0 || address == "::1"
         || std::find(proxies.begin(), proxies.end(), address) != proxies.end();
}

bool server_state::may_connect(const std::string& address) {
  std::lock_guard guard{mutex_};
  auto& of_address = by_address_[address];
  if (accepted_ >= config.connections_max
      || (of_address >= config.connections_per_address_max
          && !is_trusted(address)))
    return false;
  ++accepted_;
  ++of_address;
  return true;
}

void server_state::joined(session* who) {
  std::lock_guard guard{mutex_};
  sessions_.insert(who);
}

void server_state::left(session* who, const std::string& address) {
  std::lock_guard guard{mutex_};
  sessions_.erase(who);
  --accepted_;
  if (auto found = by_address_.find(address);
      found != by_address_.end() && --found->second == 0)
    by_address_.erase(found);
}

std::size_t server_state::connections() const {
  std::lock_guard guard{mutex_};
  return accepted_;
}

bool server_state::begin_request() {
  if (++requests_ <= config.requests_in_flight_max)
    return true;
  --requests_;
  return false;
}

void server_state::for_all(void (*act)(session&)) {
  std::vector<std::shared_ptr<session>> alive;
  {
    std::lock_guard guard{mutex_};
    for (auto* one : sessions_)
      if (auto kept = one->weak_from_this().lock())
        alive.push_back(std::move(kept));
  }
  for (auto& one : alive)
    act(*one);
}

} // namespace registrar
