#include "tests/unit/redis/fake_redis.hpp"

#include <doctest/doctest.h>

#include <charconv>
#include <csignal>
#include <map>
#include <optional>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace registrar::test {

namespace {

/// A line's number behind its first character, and the line taken away.
std::optional<std::size_t> take_size(std::string_view& text) {
  auto end = text.find("\r\n");
  if (end == text.npos)
    return std::nullopt;
  std::size_t result = 0;
  std::from_chars(text.data() + 1, text.data() + end, result);
  text.remove_prefix(end + 2);
  return result;
}

/// The next whole command, taken away.
std::optional<fake_redis::command> take_command(std::string& received) {
  std::string_view left{received};
  auto count = take_size(left);
  if (!count)
    return std::nullopt;
  fake_redis::command result;
  for (std::size_t i = 0; i < *count; ++i) {
    auto size = take_size(left);
    if (!size || left.size() < *size + 2)
      return std::nullopt;
    result.emplace_back(left.substr(0, *size));
    left.remove_prefix(*size + 2);
  }
  received.erase(0, received.size() - left.size());
  return result;
}

} // namespace

fake_redis::fake_redis(std::function<std::string(const command&)> answer)
  : answer_(std::move(answer)) {
  // As `registrar` does: a lost connection is an answer, not the end.
  std::signal(SIGPIPE, SIG_IGN);
  listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* at = reinterpret_cast<sockaddr*>(&place);
  REQUIRE(::bind(listener_, at, sizeof place) == 0);
  REQUIRE(::listen(listener_, 16) == 0);
  REQUIRE(::pipe(stop_) == 0);
  thread_ = std::thread{[this] { serve(); }};
}

fake_redis::~fake_redis() {
  ::close(stop_[1]);
  thread_.join();
  ::close(stop_[0]);
  ::close(listener_);
}

redis_address fake_redis::address() const {
  sockaddr_in place{};
  socklen_t size = sizeof place;
  REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&place), &size)
          == 0);
  redis_address result;
  result.port = ntohs(place.sin_port);
  return result;
}

std::vector<fake_redis::command>
fake_redis::asked(std::string_view name) const {
  std::lock_guard guard{mutex_};
  std::vector<command> result;
  for (const auto& x : asked_)
    if (x.front() == name)
      result.push_back(x);
  return result;
}

void fake_redis::serve() {
  std::map<int, std::string> clients;
  for (;;) {
    std::vector<pollfd> wanted{{stop_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& [fd, received] : clients)
      wanted.push_back({fd, POLLIN, 0});
    ::poll(wanted.data(), wanted.size(), -1);
    if (wanted[0].revents != 0)
      break;
    if (wanted[1].revents != 0)
      clients.try_emplace(::accept(listener_, nullptr, nullptr));
    for (std::size_t i = 2; i < wanted.size(); ++i) {
      auto fd = wanted[i].fd;
      if (wanted[i].revents == 0)
        continue;
      char bytes[4096];
      auto count = ::read(fd, bytes, sizeof bytes);
      if (count <= 0) {
        ::close(fd);
        clients.erase(fd);
        continue;
      }
      clients[fd].append(bytes, static_cast<std::size_t>(count));
      read_from(fd, clients[fd]);
    }
  }
  for (const auto& [fd, received] : clients)
    ::close(fd);
}

void fake_redis::read_from(int fd, std::string& received) {
  while (auto asked = take_command(received)) {
    {
      std::lock_guard guard{mutex_};
      asked_.push_back(*asked);
    }
    auto reply = answer_(*asked);
    // A client that went away reads no more.
    static_cast<void>(::send(fd, reply.data(), reply.size(), MSG_NOSIGNAL));
  }
}

std::unique_ptr<redis_connection> connect_to(const fake_redis& server,
                                             std::uint32_t replicas_min,
                                             const redis_timeouts& timeouts) {
  auto redis = redis_connection::open(server.address(), timeouts, replicas_min);
  REQUIRE_MESSAGE(bool(redis), (redis ? "" : redis.error().detail));
  return std::move(*redis);
}

} // namespace registrar::test
