#include "actors/tcp_probe.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace registrar {

namespace {

using clock = std::chrono::steady_clock;

class socket_handle {
public:
  explicit socket_handle(int descriptor) : descriptor_(descriptor) {
  }

  socket_handle(const socket_handle&) = delete;
  socket_handle& operator=(const socket_handle&) = delete;

  ~socket_handle() {
    if (descriptor_ >= 0)
      close(descriptor_);
  }

  int get() const {
    return descriptor_;
  }

private:
  int descriptor_;
};

/// `errno` of the attempt; 0 where it succeeded.
int connect_until(const addrinfo& to, clock::time_point deadline) {
  socket_handle with{socket(to.ai_family,
                            to.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                            to.ai_protocol)};
  if (with.get() < 0)
    return errno;
  if (connect(with.get(), to.ai_addr, to.ai_addrlen) == 0)
    return 0;
  if (errno != EINPROGRESS)
    return errno;
  pollfd waits{with.get(), POLLOUT, 0};
  for (;;) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - clock::now());
    if (left.count() <= 0)
      return ETIMEDOUT;
    auto ready = poll(&waits, 1, static_cast<int>(left.count()));
    if (ready == 0 || (ready < 0 && errno == EINTR))
      continue;
    if (ready < 0)
      return errno;
    int result = 0;
    socklen_t size = sizeof(result);
    if (getsockopt(with.get(), SOL_SOCKET, SO_ERROR, &result, &size) != 0)
      return errno;
    return result;
  }
}

failure unreachable(std::string why) {
  return {ec::dependency_unavailable, "No connection: " + why + "."};
}

} // namespace

failure probe_tcp(const std::string& host, std::uint16_t port,
                  std::chrono::milliseconds patience) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* first = nullptr;
  auto looked_up
    = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &first);
  if (looked_up != 0)
    return unreachable(host + " is not known (" + gai_strerror(looked_up)
                       + ")");
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all{first, freeaddrinfo};
  auto deadline = clock::now() + patience;
  auto why = ETIMEDOUT;
  for (const auto* to = first; to != nullptr; to = to->ai_next) {
    why = connect_until(*to, deadline);
    if (why == 0)
      return {};
  }
  return unreachable(std::generic_category().message(why));
}

} // namespace registrar
