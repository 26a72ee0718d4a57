#pragma once

#include "messages/errors.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_companion.hpp>
#include <caf/actor_system.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/scoped_actor.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace registrar {

/// The gateway's requests under way. Any thread asks; the thread of the actor
/// that answers calls back; a thread of its own sweeps up what was not
/// answered by its deadline. Each `on_answer` is called exactly once.
class call_table : public std::enable_shared_from_this<call_table> {
public:
  using clock = std::chrono::steady_clock;
  /// With the content of the answer, or null and why there is none.
  using on_answer = std::function<void(caf::type_erased_tuple*, failure)>;

  explicit call_table(caf::actor_system& system);
  ~call_table();

  /// Lets answers in; once, after construction.
  void start();
  /// Answers all that is open as in doubt, and all that is asked from now on
  /// with `shutting_down`.
  void stop();

  /// Sends `message` as a request and calls `done` with the answer's value or
  /// with the failure turned into one: `in_doubt` where the actor had the
  /// message and died or kept silent, for it may have been carried out.
  template <class Reply, class Handle, class Message>
  void ask(const Handle& actor, Message message,
           std::chrono::milliseconds deadline, std::function<void(Reply)> done,
           std::function<Reply(failure)> failed) {
    if (!actor) {
      done(failed({ec::dependency_unavailable,
                   "A part of the service is being started."}));
      return;
    }
    auto id = add(
      [done, failed](caf::type_erased_tuple* content, failure why) {
        if (content != nullptr && content->match_element<Reply>(0))
          done(std::move(content->get_mutable_as<Reply>(0)));
        else
          done(failed(std::move(why)));
      },
      deadline);
    if (id == 0) {
      done(failed({ec::shutting_down, "The service is stopping."}));
      return;
    }
    caf::actor_cast<caf::strong_actor_ptr>(actor)->enqueue(
      caf::make_mailbox_element(self_, caf::make_message_id(id), {},
                                std::move(message)),
      nullptr);
  }

private:
  struct call {
    on_answer answer;
    clock::time_point deadline;
  };

  struct shard {
    std::mutex mutex;
    std::unordered_map<std::uint64_t, call> calls;
  };

  /// @return 0 where nothing is taken any more.
  std::uint64_t add(on_answer answer, std::chrono::milliseconds deadline);
  on_answer take(std::uint64_t id);
  void on_element(caf::mailbox_element& element);
  void sweep(clock::time_point now);
  void run_sweeper();

  std::array<shard, 16> shards_;
  std::atomic<std::uint64_t> last_id_{0};
  caf::strong_actor_ptr self_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  /// Set before the last sweep: what is not swept by then sees it.
  std::atomic<bool> is_stopping_{false};
  std::thread sweeper_;
};

} // namespace registrar
