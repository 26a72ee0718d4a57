#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>

namespace registrar {

/// What several actors say, from whatever threads their answers come, handed
/// over whole once all have answered. Held by the answers that are open.
template <class Whole>
class gathering {
public:
  /// @param done called once, by who notes last
  gathering(Whole begun, std::function<void(Whole)> done)
    : whole_(std::move(begun)), done_(std::move(done)) {
  }

  gathering(const gathering&) = delete;

  /// One more answer is to come; whoever asks does so before asking, and notes
  /// once more when all were asked.
  void expect() {
    std::lock_guard guard{mutex_};
    ++open_;
  }

  /// An answer is there: `note_it` puts what it says into the whole, alone.
  template <class Note>
  void note(Note&& note_it) {
    std::unique_lock guard{mutex_};
    note_it(whole_);
    if (--open_ > 0)
      return;
    auto whole = std::move(whole_);
    guard.unlock();
    done_(std::move(whole));
  }

private:
  std::mutex mutex_;
  Whole whole_;
  std::function<void(Whole)> done_;
  /// With whoever asks.
  std::size_t open_ = 1;
};

} // namespace registrar
