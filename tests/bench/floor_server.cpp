#include "tests/bench/floor_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <cstdlib>
#include <memory>
#include <utility>

namespace registrar::bench {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using constant = http::response<http::string_body>;

class floor_session : public std::enable_shared_from_this<floor_session> {
public:
  floor_session(tcp::socket socket, const constant& answer)
    : stream_(std::move(socket)), answer_(answer) {
    stream_.socket().set_option(tcp::no_delay{true});
  }

  void read() {
    request_ = {};
    http::async_read(stream_, buffer_, request_,
                     [self = shared_from_this()](auto error, auto) {
                       if (!error)
                         self->write();
                     });
  }

private:
  void write() {
    http::async_write(stream_, answer_,
                      [self = shared_from_this()](auto error, auto) {
                        if (!error)
                          self->read();
                      });
  }

  boost::beast::tcp_stream stream_;
  const constant& answer_;
  boost::beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
};

void accept_next(tcp::acceptor& acceptor, const constant& answer) {
  acceptor.async_accept([&](auto error, tcp::socket socket) {
    if (!error)
      std::make_shared<floor_session>(std::move(socket), answer)->read();
    accept_next(acceptor, answer);
  });
}

constant parsed(const std::string& text) {
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  boost::beast::error_code error;
  parser.put(asio::buffer(text), error);
  return parser.release();
}

} // namespace

void serve_floor(const std::string& answer,
                 const std::function<void(unsigned)>& listening) {
  auto said = parsed(answer);
  asio::io_context context{1};
  tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
  accept_next(acceptor, said);
  listening(acceptor.local_endpoint().port());
  context.run();
  std::abort();
}

} // namespace registrar::bench
