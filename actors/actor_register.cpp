#include "actors/actor_register.hpp"

namespace registrar {

void actor_register::started(const std::string& name, const std::string& parent,
                             actor_kind kind, caf::strong_actor_ptr actor) {
  std::lock_guard guard{mutex_};
  auto& x = entries_[name];
  x.name = name;
  x.parent = parent;
  x.kind = kind;
  // The former is released by the caller, without the lock.
  x.actor.swap(actor);
}

actor_register::entry& actor_register::end(const std::string& name,
                                           const std::string& cause,
                                           timestamp at) {
  auto& x = entries_[name];
  x.name = name;
  ++x.restarts;
  x.cause = cause;
  x.ended_at = at;
  return x;
}

void actor_register::ended(const std::string& name, const std::string& cause,
                           timestamp at) {
  // Released without the lock: it may be the last that knows the actor.
  caf::strong_actor_ptr former;
  std::lock_guard guard{mutex_};
  former.swap(end(name, cause, at).actor);
}

void actor_register::section_ended(const std::string& name,
                                   const std::string& cause, timestamp at,
                                   bool is_quarantined) {
  std::lock_guard guard{mutex_};
  auto& x = end(name, cause, at);
  x.kind = actor_kind::section;
  x.is_quarantined = is_quarantined;
}

void actor_register::left(const std::string& name) {
  caf::strong_actor_ptr former;
  std::lock_guard guard{mutex_};
  if (auto found = entries_.find(name); found != entries_.end())
    former.swap(found->second.actor);
}

std::optional<std::string> actor_register::take_order(const std::string& name,
                                                      caf::actor_id actor) {
  std::lock_guard guard{mutex_};
  auto node = orders_.extract(name);
  // What was meant for one before this came too late.
  if (node.empty() || node.mapped().actor != actor)
    return std::nullopt;
  return std::move(node.mapped().cause);
}

void actor_register::order(const std::string& name, caf::actor_id actor,
                           std::string cause) {
  std::lock_guard guard{mutex_};
  orders_[name] = {actor, std::move(cause)};
}

std::vector<actor_register::entry> actor_register::entries() const {
  std::lock_guard guard{mutex_};
  std::vector<entry> result;
  result.reserve(entries_.size());
  for (const auto& [name, x] : entries_)
    result.push_back(x);
  return result;
}

std::optional<actor_register::entry>
actor_register::find(const std::string& name) const {
  std::lock_guard guard{mutex_};
  auto found = entries_.find(name);
  if (found == entries_.end())
    return std::nullopt;
  return found->second;
}

} // namespace registrar
