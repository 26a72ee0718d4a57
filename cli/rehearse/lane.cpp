#include "cli/rehearse/lane.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace registrar::rehearsal {

namespace {

struct socket_address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

socket_address address_of(const target& to) {
  socket_address result;
  in6_addr v6;
  if (::inet_pton(AF_INET6, to.host.c_str(), &v6) == 1) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(to.port);
    address.sin6_addr = v6;
    std::memcpy(&result.bytes, &address, sizeof address);
    result.size = sizeof address;
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(to.port);
    ::inet_pton(AF_INET, to.host.c_str(), &address.sin_addr);
    std::memcpy(&result.bytes, &address, sizeof address);
    result.size = sizeof address;
  }
  return result;
}

} // namespace

lane::~lane() {
  close();
}

lane::lane(lane&& other) noexcept
  : file_(std::exchange(other.file_, -1)),
    state_(std::exchange(other.state_, state::closed)),
    current_(std::move(other.current_)), written_(other.written_),
    sent_at_(other.sent_at_), partial_(std::move(other.partial_)) {
}

void lane::close() {
  if (file_ >= 0)
    ::close(file_);
  file_ = -1;
  state_ = state::closed;
  partial_.clear();
}

bool lane::open(const target& to, int epoll, std::uint64_t index) {
  auto address = address_of(to);
  file_ = ::socket(address.bytes.ss_family,
                   SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (file_ < 0)
    return false;
  auto on = 1;
  ::setsockopt(file_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  state_ = state::connecting;
  auto connected = ::connect(file_, reinterpret_cast<sockaddr*>(&address.bytes),
                             address.size);
  // Edge-triggered: armed once, never changed.
  epoll_event wanted{};
  wanted.events = EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP;
  wanted.data.u64 = index;
  if ((connected != 0 && errno != EINPROGRESS)
      || ::epoll_ctl(epoll, EPOLL_CTL_ADD, file_, &wanted) != 0) {
    close();
    return false;
  }
  return true;
}

bool lane::flush() {
  while (written_ < current_.bytes.size()) {
    auto n = ::send(file_, current_.bytes.data() + written_,
                    current_.bytes.size() - written_, MSG_NOSIGNAL);
    if (n > 0)
      written_ += static_cast<std::size_t>(n);
    else if (errno == EAGAIN)
      return true;
    else if (errno != EINTR)
      return false;
  }
  return true;
}

bool lane::send(flight& request, moment now) {
  std::swap(current_, request);
  partial_.clear();
  written_ = 0;
  sent_at_ = now;
  state_ = state::busy;
  return flush();
}

bool lane::on_writable() {
  if (state_ == state::connecting) {
    auto error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(file_, SOL_SOCKET, SO_ERROR, &error, &size) != 0
        || error != 0)
      return false;
    state_ = state::idle;
    return true;
  }
  return state_ != state::busy || flush();
}

lane::event lane::parse(std::string_view bytes, http_response& response) {
  auto used = std::size_t{0};
  switch (parse_response(bytes, response, used)) {
    case parse_state::incomplete: return event::nothing;
    case parse_state::broken: return event::lost;
    case parse_state::complete: break;
  }
  // Nothing was asked, or more came than was asked for.
  if (state_ != state::busy || used != bytes.size())
    return event::lost;
  state_ = state::idle;
  return event::answered;
}

lane::event lane::on_readable(http_response& response) {
  // Most answers come whole and are read where they landed. One thread.
  static thread_local std::array<char, 64 * 1024> buffer;
  while (true) {
    auto n = ::recv(file_, buffer.data(), buffer.size(), 0);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0 && errno == EAGAIN)
      return event::nothing;
    if (n <= 0)
      return event::lost;
    auto bytes = std::string_view{buffer.data(), static_cast<std::size_t>(n)};
    auto is_short = bytes.size() < buffer.size();
    if (!partial_.empty()) {
      partial_ += bytes;
      bytes = partial_;
    }
    auto result = parse(bytes, response);
    if (result != event::nothing)
      return result;
    if (partial_.empty())
      partial_ = bytes;
    // A short read has emptied the socket: the next edge will tell.
    if (is_short)
      return event::nothing;
  }
}

} // namespace registrar::rehearsal
