#include "tests/integration/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace registrar::test {

raw_client::raw_client(std::uint16_t port, int receive_buffer)
  : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  timeval patience{20, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (receive_buffer > 0)
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
               sizeof receive_buffer);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    throw std::runtime_error("the test's server does not listen");
}

raw_client::~raw_client() {
  ::close(socket_);
}

bool raw_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void raw_client::finish_sending() {
  shutdown(socket_, SHUT_WR);
}

bool raw_client::fill() {
  std::array<char, 65'536> part;
  auto size = recv(socket_, part.data(), part.size(), 0);
  if (size < 0 && errno != ECONNRESET)
    throw std::runtime_error("the test's server sends nothing");
  if (size > 0)
    buffer_.append(part.data(), static_cast<std::size_t>(size));
  return size > 0;
}

std::optional<raw_response> raw_client::read(bool has_body) {
  auto end = std::string::npos;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!fill())
      return std::nullopt;
  raw_response answer;
  answer.status = std::stoi(buffer_.substr(9, 3));
  auto at = buffer_.find("\r\n") + 2;
  while (at < end) {
    auto line_end = buffer_.find("\r\n", at);
    auto colon = buffer_.find(':', at);
    auto name = buffer_.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    answer.headers[name] = buffer_.substr(colon + 2, line_end - colon - 2);
    at = line_end + 2;
  }
  buffer_.erase(0, end + 4);
  auto length = answer.headers.find("content-length");
  auto size = has_body && length != answer.headers.end()
                ? std::stoul(length->second)
                : 0;
  while (buffer_.size() < size)
    if (!fill())
      return std::nullopt;
  answer.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return answer;
}

raw_response raw_client::ask(std::string_view bytes, bool has_body) {
  send(bytes);
  auto answer = read(has_body);
  if (!answer)
    throw std::runtime_error("the test's server closed without an answer");
  return *answer;
}

std::string raw_client::read_until(std::string_view text) {
  auto at = std::string::npos;
  while ((at = buffer_.find(text)) == std::string::npos)
    if (!fill())
      return std::exchange(buffer_, {});
  auto result = buffer_.substr(0, at + text.size());
  buffer_.erase(0, result.size());
  return result;
}

std::string raw_client::read_rest() {
  while (fill())
    ;
  return std::exchange(buffer_, {});
}

bool raw_client::is_closed() {
  return buffer_.empty() && !fill();
}

std::string request(std::string_view method, std::string_view path,
                    std::string_view body, std::string_view fields) {
  std::string text{method};
  text += ' ';
  text += path;
  text += " HTTP/1.1\r\nHost: localhost\r\n";
  text += fields;
  if (!body.empty())
    text += "Content-Type: application/json\r\nContent-Length: "
            + std::to_string(body.size()) + "\r\n";
  text += "\r\n";
  text += body;
  return text;
}

} // namespace registrar::test
