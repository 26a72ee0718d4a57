#pragma once

#include "storage/redis/connection.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace registrar::test {

/// Something on a loopback port that speaks Redis' protocol and answers as it
/// is told: what a real one says only at bad moments.
class fake_redis {
public:
  using command = std::vector<std::string>;

  /// @param answer the reply to a command, as it goes over the wire; empty:
  ///        none, ever. Called by the thread of this object.
  explicit fake_redis(std::function<std::string(const command&)> answer);
  fake_redis(const fake_redis&) = delete;
  fake_redis& operator=(const fake_redis&) = delete;
  ~fake_redis();

  redis_address address() const;

  /// All commands with this name so far.
  std::vector<command> asked(std::string_view name) const;

private:
  void serve();
  void read_from(int fd, std::string& received);

  std::function<std::string(const command&)> answer_;
  int listener_ = -1;
  int stop_[2] = {-1, -1};
  mutable std::mutex mutex_;
  std::vector<command> asked_;
  std::thread thread_;
};

/// Connected; fails the test where it is not.
std::unique_ptr<redis_connection>
connect_to(const fake_redis& server, std::uint32_t replicas_min = 0,
           const redis_timeouts& timeouts = {});

} // namespace registrar::test
