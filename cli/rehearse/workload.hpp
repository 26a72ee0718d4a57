#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace registrar::rehearsal {

using moment = std::chrono::steady_clock::time_point;

/// What came back for one request.
struct answer {
  /// 0: the connection broke before an answer came.
  int status = 0;
  bool is_replay = false;
  std::chrono::seconds retry_after{0};
  /// Valid during the call only.
  std::string_view body;
  moment sent;
  moment received;
};

/// Produces requests and takes their answers. The driver calls it from one
/// thread. Speed matters: every call is on the path of every request.
class workload {
public:
  virtual ~workload() = default;

  /// How many requests there will be, without those sent again.
  virtual std::size_t total() const = 0;

  /// Puts the next request that may be sent now on connection `lane` into
  /// `bytes`, whole. `token` comes back with its answer. False: none now.
  virtual bool next(std::size_t lane, std::string& bytes, std::uint64_t& token)
    = 0;

  /// @return after how long to send the same bytes again, or nothing.
  virtual std::optional<std::chrono::milliseconds>
  on_answer(std::uint64_t token, const answer& got) = 0;

  /// No answer that ends it came for `driver_options::patience`.
  virtual void on_given_up(std::uint64_t token) = 0;

  /// False where `next` looks at the lane, so that others may have a request.
  virtual bool any_lane() const {
    return true;
  }
};

/// When to ask again where every request bears a key: the answer is in doubt,
/// in flight, or a passing refusal (0, 409, 429, 503). @param conflict_is_final
/// where 409 does not mean `key_in_flight`.
std::optional<std::chrono::milliseconds>
ask_again_after(const answer& got, bool conflict_is_final = false);

} // namespace registrar::rehearsal
