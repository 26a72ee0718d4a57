#include "cli/http_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <chrono>

namespace registrar {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr auto patience = std::chrono::seconds{10};

} // namespace

struct http_client::connection {
  asio::io_context context;
  beast::tcp_stream stream{context};
  beast::flat_buffer buffer;
};

http_client::http_client(std::string url, std::string token)
  : url_(std::move(url)), token_(std::move(token)) {
}

http_client::~http_client() = default;

fallible<done> http_client::connect() {
  if (connection_)
    return done{};
  constexpr std::string_view scheme = "http://";
  auto rest = std::string_view{url_};
  if (rest.substr(0, scheme.size()) != scheme)
    return {ec::invalid_value,
            "The URL " + url_ + " is not like http://127.0.0.1:8080."};
  rest.remove_prefix(scheme.size());
  auto colon = rest.rfind(':');
  auto end = std::min(rest.find('/'), rest.size());
  if (colon == std::string_view::npos || colon > end)
    return {ec::invalid_value, "The URL " + url_ + " names no port."};
  auto fresh = std::make_unique<connection>();
  beast::error_code error;
  asio::ip::tcp::resolver resolver{fresh->context};
  auto endpoints = resolver.resolve(
    std::string{rest.substr(0, colon)},
    std::string{rest.substr(colon + 1, end - colon - 1)}, error);
  if (!error)
    fresh->stream.connect(endpoints, error);
  if (error)
    return {ec::dependency_unavailable,
            "The server at " + url_ + " cannot be reached (" + error.message()
              + "); is it running?"};
  connection_ = std::move(fresh);
  return done{};
}

template <class Request>
fallible<http_client::answer> http_client::exchange(Request& request) {
  if (auto connected = connect(); !connected)
    return connected.error();
  request.set(http::field::host, url_.substr(url_.find("//") + 2));
  if (!token_.empty())
    request.set(http::field::authorization, "Bearer " + token_);
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  beast::error_code error;
  connection_->stream.expires_after(patience);
  http::write(connection_->stream, request, error);
  if (!error)
    http::read(connection_->stream, connection_->buffer, parser, error);
  if (error) {
    connection_.reset();
    return {ec::dependency_unavailable, "The server at " + url_
                                          + " did not answer ("
                                          + error.message() + ")."};
  }
  answer result;
  result.status = parser.get().result_int();
  if (result.status == 401)
    return {ec::invalid_value,
            "The server at " + url_
              + (token_.empty() ? " wants a token" : " refuses the token")
              + "; set REGISTRAR_TOKEN to one with the role staff (`registrar "
                "token --help`)."};
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
