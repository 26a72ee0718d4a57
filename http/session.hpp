#pragma once

#include "http/head.hpp"
#include "http/server_state.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace registrar {

/// One connection: reads a request, has it handled, writes the answer, in that
/// order, until either side ends it. Lives on one io thread; answers may come
/// from any thread.
///
/// Every phase has one deadline in all (`expires_after`), so that a client that
/// drips bytes is stopped as surely as one that is silent. Header and body are
/// read by our own loop: what is checked is what was sent.
class session : public std::enable_shared_from_this<session> {
public:
  session(boost::asio::ip::tcp::socket socket,
          std::shared_ptr<server_state> server, std::string address);
  ~session();

  void start();

  /// The server stops: ends now if idle, else after the answer.
  void stop();

  /// Ends whatever is under way.
  void abort();

private:
  using error_code = boost::beast::error_code;
  using clock = std::chrono::steady_clock;

  // -- reading ----------------------------------------------------------------

  void read_head();
  void on_head_bytes(error_code error, std::size_t size);
  void judge(std::size_t head_size);
  void read_body();
  void on_body_bytes(error_code error, std::size_t size);
  void refuse_late();

  // -- handling ---------------------------------------------------------------

  void handle();
  /// From any thread.
  void answer_later(http_response response);

  // -- writing ----------------------------------------------------------------

  void answer(http_response response);
  void on_written(error_code error);
  void log_access() const;

  // -- ending -----------------------------------------------------------------

  void linger();
  void close();

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::shared_ptr<server_state> server_;
  std::string address_;
  request_head head_;
  std::string out_;
  unsigned status_ = 0;
  clock::time_point began_{};
  std::size_t searched_ = 0;
  std::size_t lingered_ = 0;
  bool is_idle_ = true;
  bool is_counted_ = false;
  bool is_stopping_ = false;
};

} // namespace registrar
