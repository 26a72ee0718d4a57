// What the parser lets pass and must not, and what it must serve.

#include "config/limits.hpp"
#include "tests/integration/running_server.hpp"

using namespace registrar;
using namespace registrar::test;

namespace {

void check_refused(running_server& running, std::string_view bytes,
                   unsigned status, std::string_view code) {
  CAPTURE(bytes.substr(0, 200));
  raw_client client{running.port};
  auto answer = client.ask(bytes);
  REQUIRE(answer);
  CHECK(answer->status == status);
  CHECK(answer->code() == code);
  CHECK(answer->closes());
  CHECK(client.is_closed());
}

std::string live(std::string_view fields) {
  return request_text("GET", "/live", fields);
}

std::string padded(std::size_t size) {
  auto head = live("X-A: \r\n");
  return live("X-A: " + std::string(size - head.size(), 'a') + "\r\n");
}

} // namespace

TEST_CASE("any Transfer-Encoding is refused and the connection closed") {
  running_server running;
  for (std::string value : {"chunked", "gzip, chunked", "nonsense", ""})
    check_refused(running,
                  json_request("POST", "/api/v1/register", "",
                               "Transfer-Encoding: " + value + "\r\n")
                    + "0\r\n\r\n",
                  411, "length_required");
  check_refused(running,
                register_request("Transfer-Encoding: chunked\r\n"), 411,
                "length_required");
}

TEST_CASE("a chunked trailer over 64 KB and a 50 MB extension end unread") {
  running_server running;
  for (std::string start : {"0\r\nTrailer: ", "5;extension="}) {
    raw_client client{running.port};
    client.send(json_request("POST", "/api/v1/register", "",
                             "Transfer-Encoding: chunked\r\n")
                + start);
    std::size_t sent = 0;
    std::string part(100'000, 'x');
    while (sent < 50'000'000 && client.send(part))
      sent += part.size();
    CHECK(sent < 50'000'000);
  }
  CHECK(running.ask(live("")).status == 200);
}

TEST_CASE("Host must be there once, and may be missing in HTTP/1.0") {
  running_server running;
  check_refused(running, "GET /live HTTP/1.1\r\n\r\n", 400, "invalid_host");
  check_refused(running, live("Host: b\r\n"), 400, "invalid_host");
  check_refused(running, "GET /live HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400,
                "invalid_host");
  raw_client client{running.port};
  auto answer = client.ask("GET /live HTTP/1.0\r\n\r\n");
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(client.is_closed());
}

TEST_CASE("HTTP/1.0 keeps a connection alive that asks for it") {
  running_server running;
  raw_client client{running.port};
  for (int i = 0; i < 2; ++i)
    CHECK(client.ask("GET /live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            ->status
          == 200);
}

TEST_CASE("other versions are told so") {
  running_server running;
  for (std::string version : {"2.0", "1.2", "0.9", "3.1"})
    check_refused(running,
                  "GET /live HTTP/" + version + "\r\nHost: a\r\n\r\n", 505,
                  "version_not_supported");
}

TEST_CASE("a folded field is refused") {
  running_server running;
  check_refused(running, live("X-A: a\r\n b\r\n"), 400, "folded_field");
  check_refused(running, live("X-A: a\r\n\tb\r\n"), 400, "folded_field");
}

TEST_CASE("100 fields are served, 101 and 2,000 are not") {
  running_server running;
  auto fields = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
      text += "a:\r\n";
    return text;
  };
  // Host is one of them.
  CHECK(running.ask(live(fields(99))).status == 200);
  check_refused(running, live(fields(100)), 431, "too_many_fields");
  check_refused(running, live(fields(1'500)), 431, "too_many_fields");
  check_refused(running, live(fields(2'500)), 431, "header_too_large");
}

TEST_CASE("a header of 8 KB is served, one byte more is not") {
  running_server running;
  CHECK(running.ask(padded(limits::header_bytes_max)).status == 200);
  check_refused(running, padded(limits::header_bytes_max + 1), 431,
                "header_too_large");
  check_refused(running, padded(100'000), 431, "header_too_large");
}

TEST_CASE("a target without end is too long") {
  running_server running;
  check_refused(running, request_text("GET", '/' + std::string(9'000, 'a')),
                414, "target_too_long");
}

TEST_CASE("Content-Length is there once, as a number") {
  running_server running;
  for (std::string fields :
       {"Content-Length: 2\r\nContent-Length: 2\r\n",
        "Content-Length: 2\r\nContent-Length: 3\r\n", "Content-Length: 2, 2\r\n",
        "Content-Length: -1\r\n", "Content-Length: +2\r\n",
        "Content-Length: 0x2\r\n", "Content-Length: \r\n",
        "Content-Length: 99999999999999999999\r\n"})
    check_refused(
      running, json_request("POST", "/api/v1/register", "", fields) + "{}", 400,
      "invalid_content_length");
}

TEST_CASE("a GET with a body is refused, and its body is no request") {
  running_server running;
  check_refused(running, request_text("GET", "/live", "", live("")), 400,
                "unexpected_body");
}

TEST_CASE("a body over 64 KB is refused before it is sent") {
  running_server running;
  check_refused(running,
                json_request("POST", "/api/v1/register", "",
                             "Content-Length: 65537\r\n"),
                413, "body_too_large");
  auto largest = std::string(body_of_one)
                 + std::string(65'536 - body_of_one.size(), ' ');
  CHECK(running.ask(register_request("", largest)).status == 200);
}

TEST_CASE("what is not HTTP is told so") {
  running_server running;
  for (std::string bytes :
       {"\x16\x03\x01 hello\r\n\r\n", "GET\r\n\r\n", "GET /live\r\n\r\n",
        "GET /live HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost : a\r\n\r\n"})
    check_refused(running, bytes, 400, "invalid_header");
  check_refused(running, request_text("GET", "live"), 400, "invalid_target");
}

TEST_CASE("the target may name the host too") {
  running_server running;
  CHECK(running.ask(request_text("GET", "http://localhost/live")).status
        == 200);
  CHECK(running.ask(request_text("GET", "http://localhost")).status == 404);
}

TEST_CASE("an encoded path means the same, an encoded slash does not") {
  running_server running;
  CHECK(running.ask(request_text("GET", "/%6Cive")).status == 200);
  for (auto path : {"/api/v1%2Fsections", "/%zz", "/%00"})
    CHECK(running.ask(request_text("GET", path)).status == 400);
}

TEST_CASE("empty lines before a request are forgiven") {
  running_server running;
  CHECK(running.ask("\r\n\r\n" + live("")).status == 200);
}

TEST_CASE("pipelined requests are answered in order, bodies included") {
  running_server running;
  std::string text;
  for (int i = 0; i < 50; ++i)
    text += register_request("X-Request-Id: " + std::to_string(i) + "\r\n");
  raw_client client{running.port};
  client.send(text);
  for (int i = 0; i < 50; ++i) {
    auto answer = client.receive();
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->headers["x-request-id"] == std::to_string(i));
  }
}

TEST_CASE("a request that comes byte by byte is served") {
  running_server running;
  raw_client client{running.port};
  for (auto byte : register_request())
    client.send({&byte, 1});
  CHECK(client.receive()->status == 200);
}

TEST_CASE("a client that closed its half gets its answer") {
  running_server running;
  raw_client client{running.port};
  client.send(register_request());
  client.finish_sending();
  CHECK(client.receive()->status == 200);
  CHECK(client.is_closed());
}

TEST_CASE("a client that leaves in the middle is forgotten") {
  running_server running;
  auto text = register_request();
  for (std::size_t size = 0; size < text.size(); size += 20)
    raw_client{running.port}.send(text.substr(0, size));
  CHECK(running.ask(live("")).status == 200);
}

TEST_CASE("Expect: 100-continue is served, refusals come instead of it") {
  running_server running;
  auto head = [](std::string_view length, std::string_view type) {
    return "POST /api/v1/register HTTP/1.1\r\nHost: a\r\nExpect: "
           "100-continue\r\nContent-Type: "
           + std::string{type} + "\r\nContent-Length: " + std::string{length}
           + "\r\n\r\n";
  };
  raw_client client{running.port};
  auto size = std::to_string(body_of_one.size());
  CHECK(client.ask(head(size, "application/json"))->status == 100);
  CHECK(client.ask(body_of_one)->status == 200);
  check_refused(running, head("70000", "application/json"), 413,
                "body_too_large");
  check_refused(running, head("2", "text/plain"), 415,
                "unsupported_media_type");
  CHECK(running.ask(live("Expect: more\r\n")).code() == "expectation_failed");
  CHECK(running.ask(register_request("Expect: 100-continue\r\n")).status
        == 200);
}

TEST_CASE("a request id of the client is echoed, a bad one replaced") {
  running_server running;
  auto id_for = [&](const std::string& given) {
    return running.ask(live("X-Request-Id: " + given + "\r\n"))
      .headers["x-request-id"];
  };
  CHECK(id_for("a") == "a");
  CHECK(id_for(std::string(128, '~')) == std::string(128, '~'));
  for (std::string wrong : {std::string{}, std::string(129, 'x'),
                            std::string{"\xc3\xa9"}})
    CHECK(uuid::parse(id_for(wrong)));
  CHECK(uuid::parse(running.ask("GET /live HTTP/1.1\r\n\r\n")
                      .headers["x-request-id"]));
}

TEST_CASE("HEAD is GET without its body, other methods get Allow") {
  running_server running;
  raw_client client{running.port};
  auto head = client.ask(request_text("HEAD", "/live"), false);
  REQUIRE(head);
  CHECK(head->headers["content-length"] == "17");
  CHECK(client.ask(live(""))->body == R"({"status":"live"})");
  for (auto method : {"OPTIONS", "DELETE", "PUT", "FROB"}) {
    auto answer = client.ask(request_text(method, "/api/v1/sections"));
    REQUIRE(answer);
    CHECK(answer->code() == "method_not_allowed");
    CHECK(answer->headers["allow"] == "GET, HEAD, POST");
  }
  CHECK(client.ask(request_text("GET", "/nothing"))->code() == "not_found");
  CHECK(client.ask(request_text("GET", "/live/"))->code() == "not_found");
}
