#include "actors/gateway_calls.hpp"

namespace registrar {

namespace {

using namespace std::chrono_literals;

constexpr auto call_sweep_period = 50ms;

} // namespace

call_table::call_table(caf::actor_system& system)
  : self_(caf::actor_cast<caf::strong_actor_ptr>(
    system.spawn<caf::actor_companion>())) {
}

call_table::~call_table() {
  stop();
  // Late answers find no handler.
}

void call_table::start() {
  auto* companion = static_cast<caf::actor_companion*>(
    caf::actor_cast<caf::abstract_actor*>(self_));
  // Weak: answers may still come while the table is being destroyed.
  companion->on_enqueue(
    [weak = weak_from_this()](caf::mailbox_element_ptr element) {
      if (auto table = weak.lock())
        table->on_element(*element);
    });
  sweeper_ = std::thread{[this] { run_sweeper(); }};
}

void call_table::stop() {
  {
    std::lock_guard guard{mutex_};
    if (is_stopping_)
      return;
    is_stopping_ = true;
  }
  stopped_.notify_all();
  if (sweeper_.joinable())
    sweeper_.join();
  auto* companion = static_cast<caf::actor_companion*>(
    caf::actor_cast<caf::abstract_actor*>(self_));
  // Where another node was asked, CAF's registry holds the companion too: it
  // must end by itself, or nobody can wait until all actors have.
  companion->on_enqueue(caf::actor_companion::enqueue_handler{});
  companion->cleanup(caf::exit_reason::normal, nullptr);
  sweep(clock::time_point::max());
}

std::uint64_t call_table::add(on_answer answer,
                              std::chrono::milliseconds deadline) {
  auto id = ++last_id_;
  auto& place = shards_[id & 15];
  std::lock_guard guard{place.mutex};
  if (is_stopping_)
    return 0;
  place.calls.emplace(id, call{std::move(answer), clock::now() + deadline});
  return id;
}

call_table::on_answer call_table::take(std::uint64_t id) {
  auto& place = shards_[id & 15];
  std::lock_guard guard{place.mutex};
  auto node = place.calls.extract(id);
  return node.empty() ? on_answer{} : std::move(node.mapped().answer);
}

void call_table::on_element(caf::mailbox_element& element) {
  if (!element.mid.is_response())
    return;
  auto answer = take(element.mid.request_id().integer_value());
  // Swept before: whoever asked was told already.
  if (answer)
    answer(
      &element.content(),
      {ec::in_doubt, "A part of the service failed and is being restarted."});
}

void call_table::sweep(clock::time_point now) {
  std::vector<on_answer> late;
  for (auto& place : shards_) {
    std::lock_guard guard{place.mutex};
    for (auto i = place.calls.begin(); i != place.calls.end();) {
      if (i->second.deadline <= now) {
        late.push_back(std::move(i->second.answer));
        i = place.calls.erase(i);
      } else {
        ++i;
      }
    }
  }
  for (auto& answer : late)
    answer(nullptr, {ec::in_doubt, "The service did not answer in time."});
}

void call_table::run_sweeper() {
  std::unique_lock guard{mutex_};
  while (!is_stopping_) {
    stopped_.wait_for(guard, call_sweep_period);
    guard.unlock();
    sweep(clock::now());
    guard.lock();
  }
}

} // namespace registrar
