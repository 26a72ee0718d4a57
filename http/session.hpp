#pragma once

#include "http/middleware/http_exchange.hpp"
#include "http/server_state.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace registrar {

/// One connection: reads a request, has it handled, writes the answer, in that
/// order, until either side ends it. Lives on one io thread; answers may come
/// from any thread.
///
/// Every phase has one deadline in all, so that a client that drips bytes is
/// stopped as surely as one that is silent. One timer watches it: it is set
/// again only when it fires or a deadline comes nearer, not for each request.
/// (Beast's own stream closes the socket when time is up, and the 408 with it.)
///
/// A stream of events is the last answer of its connection: from then on it is
/// written whenever there is something, or in time for a sign of life, and read
/// only to notice that the client has gone. It ends, as an answer that is
/// whole, where the server stops, the service ends it or the token expires; it
/// is cut off where the client does not take what was written.
class session : public std::enable_shared_from_this<session> {
public:
  session(tcp_socket socket, std::shared_ptr<server_state> server,
          std::string address, admission how);
  ~session();

  /// Serves, or turns away.
  void start();

  /// The server stops: ends now if idle, else after the answer.
  void stop();

  /// Ends whatever is under way.
  void abort();

private:
  using error_code = boost::system::error_code;
  using clock = std::chrono::steady_clock;
  using timer
    = boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>,
                                        io_executor>;

  enum class phase : std::uint8_t {
    idle,
    head,
    body,
    handling,
    writing,
    lingering,
    streaming,
  };

  /// What only a stream needs.
  struct streaming {
    std::shared_ptr<event_source> events;
    /// When something must be sent at the latest.
    clock::time_point beat_at{};
    /// When the client's right to it ends.
    clock::time_point ends_at{};
    std::size_t received = 0;
    bool is_chunked = true;
    bool is_writing = false;
    bool is_last = false;
  };

  // -- time -------------------------------------------------------------------

  void enter(phase next, std::chrono::milliseconds bound);
  void watch();
  void on_late();

  // -- reading ----------------------------------------------------------------

  void read_head();
  void look_for_head();
  void on_head_bytes(error_code error, std::size_t size);
  void judge(std::size_t head_size);
  void refuse_unread(http_response response);
  void ask_for_body();
  void read_body();
  void on_body_bytes(error_code error, std::size_t size);
  void refuse_late();
  std::string_view received() const;

  // -- handling ---------------------------------------------------------------

  void handle();
  /// From any thread.
  void answer_later(http_response response, bool is_live);

  // -- writing ----------------------------------------------------------------

  void answer(http_response response);
  void on_written(error_code error);

  // -- streaming (session_stream.cpp) -----------------------------------------

  void start_stream(std::shared_ptr<event_source> events);
  void send_events();
  void write_events(const std::string& text, bool is_last);
  void on_events_written(error_code error);
  void wait_for_events();
  void watch_client();
  void on_client(error_code error);
  void stop_stream();

  // -- ending -----------------------------------------------------------------

  void linger();
  void close();

  // Last to go: the socket's thread is in it.
  std::shared_ptr<server_state> server_;
  tcp_socket socket_;
  timer timer_;
  boost::beast::flat_buffer buffer_;
  std::string address_;
  http_exchange exchange_;
  http_context context_;
  std::string out_;
  std::unique_ptr<streaming> streaming_;
  clock::time_point deadline_ = clock::time_point::max();
  /// What the timer is set to.
  clock::time_point watched_ = clock::time_point::max();
  std::size_t searched_ = 0;
  std::size_t lingered_ = 0;
  admission how_;
  phase phase_ = phase::idle;
  bool is_late_ = false;
};

} // namespace registrar
