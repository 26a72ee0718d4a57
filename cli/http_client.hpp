#pragma once

#include "messages/errors.hpp"

#include <memory>
#include <string>

namespace registrar {

/// A blocking HTTP client on one keep-alive connection, for commands that ask a
/// running server.
class http_client {
public:
  struct answer {
    unsigned status = 0;
    std::string etag;
    std::string body;
  };

  /// @param url `http://HOST:PORT`. @param token sent as bearer token where it
  /// is not empty
  explicit http_client(std::string url, std::string token = "");
  ~http_client();

  /// A failure where the server cannot be asked, or wants another token.
  fallible<answer> get(const std::string& path);

  /// @param body JSON.
  fallible<answer> post(const std::string& path, const std::string& body);

private:
  struct connection;

  fallible<done> connect();
  template <class Request>
  fallible<answer> exchange(Request& request);

  std::string url_;
  std::string token_;
  std::unique_ptr<connection> connection_;
};

} // namespace registrar
