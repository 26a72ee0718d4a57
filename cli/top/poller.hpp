#pragma once

#include "cli/top/looks.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace registrar::top {

/// Looks again and again from a thread of its own, so that a server that is
/// slow holds up no key. Owns what was seen last.
class poller {
public:
  /// @param seen what a first look saw. @param on_news called from the thread
  /// after each look. @pre `source` outlives it
  poller(document_source& source, std::chrono::milliseconds interval,
         question wanted, documents seen, std::function<void()> on_news);

  /// Ends a look that is under way.
  ~poller();

  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  /// What to look at from now on: a new question is asked at once. While it is
  /// paused nothing is asked at all.
  void want(question wanted, bool is_paused);

  documents latest() const;

private:
  void run();
  bool is_due_at_once() const;

  document_source& source_;
  const std::chrono::milliseconds interval_;
  const std::function<void()> on_news_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  question wanted_;
  bool is_paused_ = false;
  bool is_over_ = false;
  documents seen_;

  // -- of the thread ----------------------------------------------------------

  /// What the latest look asked for; none after a pause.
  question asked_;

  std::thread thread_;
};

} // namespace registrar::top
