#include "cli/http_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <atomic>
#include <optional>

namespace registrar {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

struct server_place {
  std::string host;
  std::string port;
};

fallible<server_place> server_place_of(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  auto rest = std::string_view{url};
  if (rest.substr(0, scheme.size()) != scheme)
    return {ec::invalid_value,
            "The URL " + url + " is not like http://127.0.0.1:8080."};
  rest.remove_prefix(scheme.size());
  auto colon = rest.rfind(':');
  auto end = std::min(rest.find('/'), rest.size());
  if (colon == std::string_view::npos || colon > end)
    return {ec::invalid_value, "The URL " + url + " names no port."};
  return server_place{std::string{rest.substr(0, colon)},
                      std::string{rest.substr(colon + 1, end - colon - 1)}};
}

/// A server that takes too long may be there all the same.
ec code_of(beast::error_code error) {
  return error == beast::error::timeout ? ec::deadline_exceeded
                                        : ec::dependency_unavailable;
}

} // namespace

/// Only what is asked asynchronously has a time limit in Beast: each step
/// starts it and runs the context until it is over.
struct http_client::connection {
  asio::io_context context;
  std::atomic<bool> is_cancelled{false};
  beast::flat_buffer buffer;
  std::optional<beast::tcp_stream> stream;

  /// @param start begins a step, given the handler that ends it.
  template <class Start>
  beast::error_code run(Start start) {
    beast::error_code result = asio::error::operation_aborted;
    context.restart();
    if (is_cancelled)
      return result;
    start([&result](beast::error_code error, auto&&...) { result = error; });
    context.run();
    return result;
  }
};

http_client::http_client(std::string url, bearer as,
                         std::chrono::milliseconds patience)
  : url_(std::move(url)), as_(std::move(as)), patience_(patience),
    connection_(std::make_unique<connection>()) {
}

http_client::~http_client() = default;

void http_client::cancel() {
  connection_->is_cancelled = true;
  connection_->context.stop();
}

fallible<done> http_client::connect() {
  if (connection_->stream)
    return done{};
  auto to = server_place_of(url_);
  if (!to)
    return to.error();
  beast::error_code error;
  asio::ip::tcp::resolver resolver{connection_->context};
  auto endpoints = resolver.resolve(to->host, to->port, error);
  auto& stream = connection_->stream.emplace(connection_->context);
  stream.expires_after(patience_);
  if (!error)
    error = connection_->run(
      [&](auto then) { stream.async_connect(endpoints, std::move(then)); });
  if (!error)
    return done{};
  connection_->stream.reset();
  return {code_of(error), "The server at " + url_ + " cannot be reached ("
                            + error.message() + "); is it running?"};
}

template <class Request>
fallible<http_client::answer> http_client::exchange(Request& request) {
  if (auto connected = connect(); !connected)
    return connected.error();
  request.set(http::field::host, url_.substr(url_.find("//") + 2));
  if (!as_.token.empty())
    request.set(http::field::authorization, "Bearer " + as_.token);
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  auto& stream = *connection_->stream;
  stream.expires_after(patience_);
  auto error = connection_->run(
    [&](auto then) { http::async_write(stream, request, std::move(then)); });
  if (!error)
    error = connection_->run([&](auto then) {
      http::async_read(stream, connection_->buffer, parser, std::move(then));
    });
  if (error || !parser.get().keep_alive()) {
    connection_->stream.reset();
    connection_->buffer.clear();
  }
  if (error)
    return {code_of(error), "The server at " + url_ + " did not answer ("
                              + error.message() + ")."};
  answer result;
  result.status = parser.get().result_int();
  if (result.status == 401)
    return {ec::invalid_value,
            "The server at " + url_
              + (as_.token.empty() ? " wants a token" : " refuses the token")
              + "; set REGISTRAR_TOKEN to one with the role " + as_.role
              + " (`registrar token --help`)."};
  result.etag = std::string{parser.get()[http::field::etag]};
  result.body = std::move(parser.get().body());
  return result;
}

fallible<http_client::answer> http_client::get(const std::string& path) {
  http::request<http::empty_body> request{http::verb::get, path, 11};
  return exchange(request);
}

fallible<http_client::answer> http_client::post(const std::string& path,
                                                const std::string& body) {
  http::request<http::string_body> request{http::verb::post, path, 11, body};
  request.set(http::field::content_type, "application/json");
  request.prepare_payload();
  return exchange(request);
}

} // namespace registrar
