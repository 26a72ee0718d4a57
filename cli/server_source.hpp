#pragma once

#include "cli/http_client.hpp"
#include "cli/top/looks.hpp"

#include <functional>
#include <mutex>

namespace registrar {

/// A running server as a source of documents. Connects again after a failure,
/// and gets a new token where the server takes the former one no more: those
/// that are signed here live for an hour.
class server_source : public top::document_source {
public:
  using token_maker = std::function<fallible<bearer>()>;

  server_source(std::string url, token_maker make_token,
                std::chrono::milliseconds patience);

  fallible<reply> get(const std::string& path) override;
  void cancel() override;

private:
  struct chosen_client {
    std::shared_ptr<http_client> http;
    bool is_new = false;
  };

  fallible<chosen_client> client();
  void forget_client();

  const std::string url_;
  const token_maker make_token_;
  const std::chrono::milliseconds patience_;

  std::mutex mutex_;
  bool is_cancelled_ = false;
  std::shared_ptr<http_client> client_;
};

} // namespace registrar
