// What the parser lets pass and must not, and what it must serve.

#include "config/limits.hpp"
#include "tests/integration/http_fixture.hpp"

using namespace registrar;
using namespace registrar::test;

namespace {

struct protocol_fixture : http_fixture {
  protocol_fixture() {
    start();
  }

  /// Answered by a problem, and closed.
  void check_refused(const std::string& bytes, int status,
                     const std::string& code) {
    auto shown = bytes.substr(0, 200);
    CAPTURE(shown);
    raw_client client{server->port()};
    auto answer = client.ask(bytes);
    problem_of(answer, status, code);
    CHECK(answer.closes());
    CHECK(client.is_closed());
  }
};

std::string live_head(std::string_view fields = "") {
  return request("GET", "/live", "", fields);
}

/// Only the header, as it is given.
std::string post_head(std::string_view fields) {
  return request("POST", register_path, "",
                 "Content-Type: application/json\r\n" + std::string{fields});
}

const auto one_section_body = registration_of(1, {2});

std::string padded(std::size_t size) {
  auto head = live_head("X-A: \r\n");
  return live_head("X-A: " + std::string(size - head.size(), 'a') + "\r\n");
}

} // namespace

TEST_CASE_FIXTURE(
  protocol_fixture,
  "any Transfer-Encoding is refused and the connection closed") {
  for (std::string value : {"chunked", "gzip, chunked", "nonsense", ""})
    check_refused(post_head("Transfer-Encoding: " + value + "\r\n")
                    + "0\r\n\r\n",
                  411, "length_required");
  check_refused(request("POST", register_path, one_section_body,
                        "Transfer-Encoding: chunked\r\n"),
                411, "length_required");
}

TEST_CASE_FIXTURE(
  protocol_fixture,
  "a chunked trailer over 64 KB and a 50 MB extension end unread") {
  for (std::string start : {"0\r\nTrailer: ", "5;extension="}) {
    raw_client client{server->port()};
    client.send(post_head("Transfer-Encoding: chunked\r\n") + start);
    std::size_t sent = 0;
    std::string part(100'000, 'x');
    while (sent < 50'000'000 && client.send(part))
      sent += part.size();
    CHECK(sent < 50'000'000);
  }
  CHECK(ask(live_head()).status == 200);
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "Host must be there once, and may be missing in HTTP/1.0") {
  check_refused("GET /live HTTP/1.1\r\n\r\n", 400, "invalid_host");
  check_refused(live_head("Host: b\r\n"), 400, "invalid_host");
  check_refused("GET /live HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400,
                "invalid_host");
  raw_client client{server->port()};
  auto answer = client.ask("GET /live HTTP/1.0\r\n\r\n");
  CHECK(answer.status == 200);
  CHECK(client.is_closed());
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "HTTP/1.0 keeps a connection alive that asks for it") {
  raw_client client{server->port()};
  for (int i = 0; i < 2; ++i)
    CHECK(
      client.ask("GET /live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").status
      == 200);
}

TEST_CASE_FIXTURE(protocol_fixture, "other versions are told so") {
  for (std::string version : {"2.0", "1.2", "0.9", "3.1"})
    check_refused("GET /live HTTP/" + version + "\r\nHost: a\r\n\r\n", 505,
                  "version_not_supported");
}

TEST_CASE_FIXTURE(protocol_fixture, "a folded field is refused") {
  check_refused(live_head("X-A: a\r\n b\r\n"), 400, "folded_field");
  check_refused(live_head("X-A: a\r\n\tb\r\n"), 400, "folded_field");
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "100 fields are served, 101 and 2,000 are not") {
  auto fields = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
      text += "a:\r\n";
    return text;
  };
  // Host is one of them.
  CHECK(ask(live_head(fields(99))).status == 200);
  check_refused(live_head(fields(100)), 431, "too_many_fields");
  check_refused(live_head(fields(1'500)), 431, "too_many_fields");
  check_refused(live_head(fields(2'500)), 431, "header_too_large");
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "a header of 8 KB is served, one byte more is not") {
  CHECK(ask(padded(limits::header_bytes_max)).status == 200);
  check_refused(padded(limits::header_bytes_max + 1), 431, "header_too_large");
  check_refused(padded(100'000), 431, "header_too_large");
}

TEST_CASE_FIXTURE(protocol_fixture, "a target without end is too long") {
  check_refused(request("GET", '/' + std::string(9'000, 'a')), 414,
                "target_too_long");
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "Content-Length is there once, as a number") {
  for (std::string fields :
       {"Content-Length: 2\r\nContent-Length: 2\r\n",
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: 2, 2\r\n", "Content-Length: -1\r\n",
        "Content-Length: +2\r\n", "Content-Length: 0x2\r\n",
        "Content-Length: \r\n", "Content-Length: 99999999999999999999\r\n"})
    check_refused(post_head(fields) + "{}", 400, "invalid_content_length");
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "a GET with a body is refused, and its body is no request") {
  check_refused(request("GET", "/live", live_head()), 400, "unexpected_body");
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "a body over 64 KB is refused before it is sent") {
  check_refused(post_head("Content-Length: 65537\r\n"), 413, "body_too_large");
  auto largest = std::string(one_section_body)
                 + std::string(65'536 - one_section_body.size(), ' ');
  CHECK(ask(request("POST", register_path, largest)).status == 200);
}

TEST_CASE_FIXTURE(protocol_fixture, "what is not HTTP is told so") {
  for (std::string bytes :
       {"\x16\x03\x01 hello\r\n\r\n", "GET\r\n\r\n", "GET /live\r\n\r\n",
        "GET /live HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost : a\r\n\r\n"})
    check_refused(bytes, 400, "invalid_header");
  check_refused(request("GET", "live"), 400, "invalid_target");
}

TEST_CASE_FIXTURE(protocol_fixture, "the target may name the host too") {
  CHECK(ask(request("GET", "http://localhost/live")).status == 200);
  CHECK(ask(request("GET", "http://localhost")).status == 404);
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "an encoded path means the same, an encoded slash does not") {
  CHECK(ask(request("GET", "/%6Cive")).status == 200);
  for (auto target : {"/api/v1%2Fsections", "/%zz", "/%00"})
    CHECK(ask(request("GET", target)).status == 400);
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "empty lines before a request are forgiven") {
  CHECK(ask("\r\n\r\n" + live_head()).status == 200);
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "pipelined requests are answered in order, bodies included") {
  std::string text;
  for (int i = 0; i < 50; ++i)
    text += request("POST", register_path, one_section_body,
                    "X-Request-Id: " + std::to_string(i) + "\r\n");
  raw_client client{server->port()};
  client.send(text);
  for (int i = 0; i < 50; ++i) {
    auto answer = client.read();
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->header("x-request-id") == std::to_string(i));
  }
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "a request that comes byte by byte is served") {
  raw_client client{server->port()};
  for (auto byte : request("POST", register_path, one_section_body))
    client.send({&byte, 1});
  CHECK(client.read()->status == 200);
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "a client that closed its half gets its answer") {
  raw_client client{server->port()};
  client.send(request("POST", register_path, one_section_body));
  client.finish_sending();
  CHECK(client.read()->status == 200);
  CHECK(client.is_closed());
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "a client that leaves in the middle is forgotten") {
  auto text = request("POST", register_path, one_section_body);
  for (std::size_t size = 0; size < text.size(); size += 20)
    raw_client{server->port()}.send(text.substr(0, size));
  CHECK(ask(live_head()).status == 200);
}

TEST_CASE_FIXTURE(
  protocol_fixture,
  "Expect: 100-continue is served, refusals come instead of it") {
  auto head = [](std::string_view length, std::string_view type) {
    return "POST /api/v1/register HTTP/1.1\r\nHost: a\r\nExpect: "
           "100-continue\r\nContent-Type: "
           + std::string{type} + "\r\nContent-Length: " + std::string{length}
           + "\r\n\r\n";
  };
  raw_client client{server->port()};
  auto size = std::to_string(one_section_body.size());
  CHECK(client.ask(head(size, "application/json")).status == 100);
  CHECK(client.ask(one_section_body).status == 200);
  check_refused(head("70000", "application/json"), 413, "body_too_large");
  check_refused(head("2", "text/plain"), 415, "unsupported_media_type");
  CHECK(ask(live_head("Expect: more\r\n")).status == 417);
  CHECK(ask(request("POST", register_path, one_section_body,
                    "Expect: 100-continue\r\n"))
          .status
        == 200);
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "a request id of the client is echoed, a bad one replaced") {
  auto id_for = [&](const std::string& given) {
    return ask(live_head("X-Request-Id: " + given + "\r\n"))
      .header("x-request-id");
  };
  CHECK(id_for("a") == "a");
  CHECK(id_for(std::string(128, '~')) == std::string(128, '~'));
  for (std::string wrong :
       {std::string{}, std::string(129, 'x'), std::string{"\xc3\xa9"}})
    CHECK(uuid::parse(id_for(wrong)));
  CHECK(uuid::parse(ask("GET /live HTTP/1.1\r\n\r\n").header("x-request-id")));
}

TEST_CASE_FIXTURE(protocol_fixture,
                  "HEAD is GET without its body, other methods get Allow") {
  raw_client client{server->port()};
  auto head = client.ask(request("HEAD", "/live"), false);
  CHECK(head.header("content-length") == "17");
  CHECK(client.ask(live_head()).body == R"({"status":"live"})");
  for (auto method : {"DELETE", "PUT", "FROB"}) {
    auto answer = client.ask(request(method, "/api/v1/sections"));
    problem_of(answer, 405, "method_not_allowed");
    CHECK(answer.header("allow") == "GET, HEAD, POST, OPTIONS");
  }
  for (auto path_of_nothing : {"/nothing", "/live/", "/", "/api/v1/sections//"})
    problem_of(client.ask(request("GET", path_of_nothing)), 404, "not_found");
}
