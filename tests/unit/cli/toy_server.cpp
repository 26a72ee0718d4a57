#include "tests/unit/cli/toy_server.hpp"

#include <doctest/doctest.h>

#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace registrar::test {

toy_server::toy_server(answer_with answer) : answer_(std::move(answer)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* bytes = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(::bind(listener_, bytes, size) == 0);
  REQUIRE(::listen(listener_, 128) == 0);
  REQUIRE(::getsockname(listener_, bytes, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this] { run(); }};
}

toy_server::~toy_server() {
  stopping_ = true;
  thread_.join();
  for (auto& [file, peer] : peers_)
    ::close(file);
  ::close(listener_);
}

std::string toy_server::answered(int status, const std::string& body,
                                 const std::string& fields) {
  return "HTTP/1.1 " + std::to_string(status) + " Said\r\n" + fields
         + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

void toy_server::accept_one() {
  auto file = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (file >= 0)
    peers_[file].number = accepted_++;
}

/// False where the connection is over.
bool toy_server::serve_one(int file) {
  auto& peer = peers_[file];
  char buffer[4096];
  auto n = ::recv(file, buffer, sizeof buffer, 0);
  if (n <= 0)
    return false;
  peer.received.append(buffer, static_cast<std::size_t>(n));
  // The driver sends one request at a time, in one piece.
  auto reply = answer_(peer.number, peer.received);
  peer.received.clear();
  return !reply.empty()
         && ::send(file, reply.data(), reply.size(), MSG_NOSIGNAL)
              == static_cast<ssize_t>(reply.size());
}

void toy_server::run() {
  while (!stopping_) {
    std::vector<pollfd> wanted{{listener_, POLLIN, 0}};
    for (auto& [file, peer] : peers_)
      wanted.push_back({file, POLLIN, 0});
    if (::poll(wanted.data(), wanted.size(), 20) <= 0)
      continue;
    if (wanted[0].revents != 0)
      accept_one();
    for (auto i = std::size_t{1}; i < wanted.size(); ++i) {
      if (wanted[i].revents == 0 || serve_one(wanted[i].fd))
        continue;
      ::close(wanted[i].fd);
      peers_.erase(wanted[i].fd);
    }
  }
}

} // namespace registrar::test
