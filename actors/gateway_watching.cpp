#include "actors/gateway.hpp"
#include "actors/gateway_calls.hpp"

namespace registrar {

namespace {

using namespace std::chrono_literals;
using states = std::vector<shared_state>;

/// The feed keeps the deadline itself; this is for one that fails to.
constexpr auto watch_backstop = 1s;

fallible<states> unpacked(watch_started x) {
  if (x.error.code == ec::none)
    return std::move(x.states);
  // Nothing was to take effect.
  if (x.error.code == ec::in_doubt)
    x.error.code = ec::dependency_unavailable;
  return std::move(x.error);
}

} // namespace

void gateway::watch(watch_request what, reply_to<fallible<states>> done) {
  for (const auto& section : what.sections)
    if (auto known = view_->find(section); !known) {
      done(known.error());
      return;
    }
  if (what.sections.empty())
    if (auto known = view_->find(what.student); !known) {
      done(known.error());
      return;
    }
  calls_->ask<watch_started>(
    peers_->event_feed.get(), std::move(what), deadline_ + watch_backstop,
    [done = std::move(done)](watch_started x) { done(unpacked(std::move(x))); },
    [](failure why) {
      return watch_started{std::move(why), {}};
    });
}

service::reply_to<registration_reply>
gateway::telling_feed(student_id student, reply_to<registration_reply> done) {
  return [peers = peers_, student,
          done = std::move(done)](registration_reply reply) {
    if (auto feed = peers->event_feed.get())
      caf::anon_send(feed, student_touched{student});
    done(std::move(reply));
  };
}

} // namespace registrar
