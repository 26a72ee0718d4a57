#pragma once

#include "actors/actor_vitals.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <unordered_map>

namespace registrar {

/// What an actor did between two looks.
struct actor_rate {
  /// None at the first look.
  std::optional<double> messages_per_second;
  std::optional<double> busy;
  /// How long it has been seen in one and the same message.
  std::optional<std::chrono::milliseconds> handling_for;
};

/// Makes rates out of one look after the other. Pure: the caller says what time
/// it is.
/// @tparam Key names an actor
template <class Key>
class actor_rates {
public:
  using time_point = actor_vitals::time_point;

  /// A look at all begins.
  void begin(time_point now) {
    interval_.reset();
    if (now_ != time_point{})
      interval_ = now - now_;
    now_ = now;
    ++look_;
  }

  actor_rate note(const Key& key, const actor_vitals::reading& x) {
    auto& known = pasts_[key];
    // One that was started again begins anew.
    auto is_known = known.look + 1 == look_ && known.reading.begun <= x.begun
                    && known.reading.busy <= x.busy;
    actor_rate result;
    if (is_known && interval_) {
      auto seconds = std::chrono::duration<double>(*interval_).count();
      auto count = static_cast<double>(x.begun - known.reading.begun);
      auto busy = std::chrono::duration<double>(x.busy - known.reading.busy);
      result.messages_per_second = count / seconds;
      result.busy = std::min(busy.count() / seconds, 1.0);
    }
    auto is_same = is_known && known.reading.is_in_message()
                   && known.reading.begun == x.begun;
    if (!is_same || !x.is_in_message())
      known.since = now_;
    if (x.is_in_message())
      result.handling_for
        = std::chrono::duration_cast<std::chrono::milliseconds>(now_
                                                                - known.since);
    known.reading = x;
    known.look = look_;
    return result;
  }

  /// The look is over: forgets who was not seen.
  void end() {
    std::erase_if(pasts_,
                  [this](const auto& x) { return x.second.look != look_; });
  }

  /// Between the last two looks.
  std::optional<time_point::duration> interval() const {
    return interval_;
  }

private:
  struct past {
    actor_vitals::reading reading;
    /// Since when it has been in the message in which it is.
    time_point since{};
    std::uint64_t look = 0;
  };

  std::unordered_map<Key, past> pasts_;
  time_point now_{};
  std::optional<time_point::duration> interval_;
  std::uint64_t look_ = 0;
};

} // namespace registrar
