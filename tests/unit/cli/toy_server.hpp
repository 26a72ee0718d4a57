#pragma once

#include "messages/errors.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>

/// A server of a page for tests of the load driver.

namespace registrar::test {

/// Answers each request by a function, from one thread. Listens on a free
/// loopback port until it is destroyed.
class toy_server {
public:
  /// What to send for a request's text; empty: close the connection instead.
  using answer_with
    = std::function<std::string(std::uint64_t connection, const std::string&)>;

  explicit toy_server(answer_with answer);
  ~toy_server();

  std::uint16_t port() const {
    return port_;
  }

  /// An answer with a body.
  static std::string answered(int status, const std::string& body,
                              const std::string& fields = "");

private:
  void run();
  void accept_one();
  bool serve_one(int file);

  struct connection {
    std::uint64_t number = 0;
    std::string received;
  };

  answer_with answer_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::uint64_t accepted_ = 0;
  std::map<int, connection> peers_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

} // namespace registrar::test
