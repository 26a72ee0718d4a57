#pragma once

#include "messages/errors.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace registrar {

/// What a command bears before a running server.
struct bearer {
  /// Sent where it is not empty.
  std::string token;
  /// The role that the command needs, for the sentence of a refusal.
  std::string role = "staff";
};

/// A blocking HTTP client on one keep-alive connection, for commands that ask a
/// running server.
class http_client {
public:
  struct answer {
    unsigned status = 0;
    std::string etag;
    std::string body;
  };

  /// How long an answer may take, the connection to the server included.
  static constexpr auto default_patience = std::chrono::milliseconds{10'000};

  /// @param url `http://HOST:PORT`.
  explicit http_client(std::string url, bearer as = {},
                       std::chrono::milliseconds patience = default_patience);
  ~http_client();

  /// A failure where the server cannot be asked, or wants another token.
  fallible<answer> get(const std::string& path);

  /// @param body JSON.
  fallible<answer> post(const std::string& path, const std::string& body);

  /// Ends what is being asked, and refuses all that is asked later; from any
  /// thread.
  void cancel();

private:
  struct connection;

  fallible<done> connect();
  template <class Request>
  fallible<answer> exchange(Request& request);

  std::string url_;
  bearer as_;
  std::chrono::milliseconds patience_;
  std::unique_ptr<connection> connection_;
};

} // namespace registrar
