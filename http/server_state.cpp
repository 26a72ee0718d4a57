#include "http/server_state.hpp"

#include "config/limits.hpp"
#include "http/session.hpp"
#include "http/trusted_peers.hpp"

#include <vector>

namespace registrar {

admission server_state::admit(const std::string& address) {
  std::lock_guard guard{mutex_};
  auto found = by_address_.find(address);
  auto of_address = found == by_address_.end() ? 0 : found->second;
  if (served_ < config.connections_max
      && (of_address < config.connections_per_address_max
          || is_trusted(config, address))) {
    ++served_;
    ++by_address_[address];
    meters.connections_served.add();
    return admission::served;
  }
  if (turned_away_ >= limits::turned_away_max) {
    meters.connections_cut_off.add();
    return admission::cut_off;
  }
  ++turned_away_;
  meters.connections_turned_away.add();
  return admission::turned_away;
}

void server_state::joined(session* who) {
  std::lock_guard guard{mutex_};
  sessions_.insert(who);
}

void server_state::left(session* who, const std::string& address,
                        admission how) {
  std::lock_guard guard{mutex_};
  sessions_.erase(who);
  meters.connections_closed.add();
  if (how == admission::turned_away) {
    --turned_away_;
    return;
  }
  --served_;
  if (auto found = by_address_.find(address);
      found != by_address_.end() && --found->second == 0)
    by_address_.erase(found);
}

std::size_t server_state::connections() const {
  std::lock_guard guard{mutex_};
  return sessions_.size();
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
