#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace registrar::test {

/// A response as it came.
struct raw_response {
  int status = 0;
  /// Names in lower case.
  std::map<std::string, std::string> headers;
  std::string body;

  /// Empty where there is none.
  std::string header(const std::string& name) const {
    auto found = headers.find(name);
    return found == headers.end() ? std::string{} : found->second;
  }

  bool closes() const {
    return header("connection") == "close";
  }
};

/// One TCP connection that sends any bytes, and gives up after 20 s.
class raw_client {
public:
  /// @param receive_buffer bytes that our side takes unread; 0: the system's.
  explicit raw_client(std::uint16_t port, int receive_buffer = 0);
  ~raw_client();

  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  /// False where the peer has closed.
  bool send(std::string_view bytes);

  /// Closes our half.
  void finish_sending();

  /// The next response; none where the peer closed before its end.
  std::optional<raw_response> read(bool has_body = true);

  /// Throws where the peer closed before the end of the response.
  raw_response ask(std::string_view bytes, bool has_body = true);

  /// What came up to the end of `text`; all that came where the peer closed
  /// before.
  std::string read_until(std::string_view text);

  /// What comes until the peer closes.
  std::string read_rest();

  /// True once the peer has closed and sent nothing more.
  bool is_closed();

private:
  bool fill();

  int socket_;
  std::string buffer_;
};

/// A request with Host; where there is a body, it is said to be JSON and how
/// long it is. @param fields each ends in CR LF.
std::string request(std::string_view method, std::string_view path,
                    std::string_view body = "", std::string_view fields = "");

} // namespace registrar::test
