// Streams of events: what they say, how they end, and what bounds them.

#include "config/limits.hpp"
#include "tests/integration/http_fixture.hpp"
#include "tests/token_factory.hpp"
#include "tests/unit/http/auth/text_file.hpp"

#include <algorithm>

using namespace registrar;
using namespace registrar::test;

namespace {

const auto section_stream_path
  = "/api/v1/sections/stream?ids=" + id<section_id>(1).to_string();
const auto student_stream_path
  = "/api/v1/students/" + id<student_id>(1).to_string() + "/stream";
const std::string last_chunk = "\r\n0\r\n\r\n";

shared_state seats_taken(std::uint32_t enrolled, std::string course_name = "") {
  section_view view;
  view.section.section_id = id<section_id>(1);
  view.course_name = std::move(course_name);
  view.header.enrolled = enrolled;
  return state_of(view);
}

std::string enrolled_text(std::uint32_t count) {
  return "\"enrolled\":" + std::to_string(count) + ',';
}

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos;
       at = text.find(part, at + part.size()))
    ++count;
  return count;
}

std::string id_in(const std::string& text) {
  auto at = text.rfind("\nid: ") + 5;
  return text.substr(at, text.find('\n', at) - at);
}

struct streams_fixture : http_fixture {
  streams_fixture() {
    service.watch_answer = std::vector{seats_taken(0)};
  }

  /// The header of an answer that goes on.
  raw_response open(raw_client& client,
                    const std::string& path = section_stream_path,
                    std::string_view fields = "") {
    return client.ask(request("GET", path, "", fields), false);
  }

  bool await_watchers(std::size_t count) {
    auto deadline = std::chrono::steady_clock::now() + 20s;
    while (service.watchers() != count) {
      if (std::chrono::steady_clock::now() > deadline)
        return false;
      std::this_thread::sleep_for(1ms);
    }
    return true;
  }
};

} // namespace

TEST_CASE_FIXTURE(streams_fixture,
                  "a stream begins with what is, and goes on with changes") {
  start();
  raw_client client{server->port()};
  auto head = open(client, section_stream_path, "Accept-Encoding: gzip\r\n");
  CHECK(head.status == 200);
  CHECK(head.header("content-type") == "text/event-stream");
  CHECK(head.header("cache-control") == "no-store");
  CHECK(head.header("x-accel-buffering") == "no");
  CHECK(head.header("transfer-encoding") == "chunked");
  for (auto none : {"content-length", "etag", "content-encoding"})
    CHECK(head.header(none) == "");
  auto text = client.read_until(enrolled_text(0));
  CHECK(text.find("retry: ") < text.find("event: section\nid: "));
  REQUIRE(service.watched().size() == 1);
  CHECK(service.watched()[0].sections == std::vector{id<section_id>(1)});
  service.tell(seats_taken(1));
  CHECK(client.read_until(enrolled_text(1)).find("event: section")
        != std::string::npos);
}

TEST_CASE_FIXTURE(streams_fixture, "a student's stream is about the student") {
  auto rows = std::vector<registration_view>(1);
  rows[0].status = "waitlisted";
  rows[0].waitlist_position = 2;
  service.watch_answer = std::vector{state_of(id<student_id>(1), rows)};
  start();
  raw_client client{server->port()};
  CHECK(open(client, student_stream_path).status == 200);
  CHECK(
    client.read_until("\"waitlist_position\":2").find("event: registrations")
    != std::string::npos);
  CHECK(service.watched().at(0).sections.empty());
  CHECK(service.watched().at(0).student == id<student_id>(1));
  rows[0].waitlist_position = 1;
  service.tell(state_of(id<student_id>(1), rows));
  client.read_until("\"waitlist_position\":1");
}

TEST_CASE_FIXTURE(streams_fixture, "a stream goes on where it was left") {
  start();
  raw_client first{server->port()};
  open(first);
  auto last
    = "Last-Event-ID: " + id_in(first.read_until(enrolled_text(0))) + "\r\n";
  raw_client second{server->port()};
  open(second, section_stream_path, last);
  REQUIRE(await_watchers(2));
  service.tell(seats_taken(1));
  CHECK(second.read_until(enrolled_text(1)).find(enrolled_text(0))
        == std::string::npos);
  // What it does not know gives everything.
  raw_client third{server->port()};
  open(third, section_stream_path, "Last-Event-ID: garbage\r\n");
  third.read_until(enrolled_text(0));
  problem_of(get(section_stream_path, last + last), 400, "invalid_request");
}

TEST_CASE_FIXTURE(streams_fixture,
                  "a reader gets the newest state, not every one") {
  start();
  raw_client client{server->port()};
  open(client);
  client.read_until(enrolled_text(0));
  for (std::uint32_t i = 1; i <= 100; ++i)
    service.tell(seats_taken(i));
  auto text = client.read_until(enrolled_text(100));
  CHECK(count_of(text, "event: section") < 10);
}

TEST_CASE_FIXTURE(streams_fixture, "a client that goes is forgotten") {
  start();
  {
    raw_client closes{server->port()};
    open(closes);
    raw_client half{server->port()};
    open(half);
    REQUIRE(await_watchers(2));
    half.finish_sending();
    CHECK(await_watchers(1));
  }
  CHECK(await_watchers(0));
}

TEST_CASE_FIXTURE(streams_fixture, "a client that does not read is cut off") {
  config.write_time_max = 1s;
  start();
  raw_client slow{server->port(), 4'096};
  raw_client other{server->port()};
  open(slow);
  open(other);
  REQUIRE(await_watchers(2));
  // More than the buffers of both sockets hold.
  service.tell(seats_taken(1, std::string(1'000'000, 'x')));
  other.read_until(enrolled_text(1));
  CHECK(await_watchers(1));
  service.tell(seats_taken(2));
  other.read_until(enrolled_text(2));
}

TEST_CASE_FIXTURE(streams_fixture, "a client that talks on is cut off") {
  start();
  raw_client client{server->port()};
  open(client);
  REQUIRE(await_watchers(1));
  client.send(std::string(limits::stream_received_max + 1, 'x'));
  CHECK(await_watchers(0));
}

TEST_CASE_FIXTURE(streams_fixture, "a silent stream says that it lives") {
  config.stream_heartbeat = 10ms;
  start();
  raw_client client{server->port()};
  open(client);
  client.read_until(enrolled_text(0));
  for (int i = 0; i < 3; ++i)
    CHECK(client.read_until(":\n\n").ends_with("\r\n:\n\n"));
}

TEST_CASE_FIXTURE(streams_fixture, "a stop ends a stream as a whole answer") {
  config.io_threads = 2;
  start();
  raw_client first{server->port()};
  raw_client second{server->port()};
  open(first);
  open(second, student_stream_path);
  first.read_until(enrolled_text(0));
  std::thread stopper{[&] { server->stop(20s); }};
  CHECK(("\r\n" + first.read_rest()).ends_with(last_chunk));
  CHECK(("\r\n" + second.read_rest()).ends_with(last_chunk));
  stopper.join();
  CHECK(await_watchers(0));
}

TEST_CASE_FIXTURE(streams_fixture,
                  "a stop does not wait for who does not read") {
  config.write_time_max = 1h;
  start();
  raw_client slow{server->port(), 4'096};
  open(slow);
  REQUIRE(await_watchers(1));
  service.tell(seats_taken(1, std::string(1'000'000, 'x')));
  // Long before its patience is over.
  std::thread stopper{[&] { server->stop(60s); }};
  CHECK(await_watchers(0));
  stopper.join();
}

TEST_CASE_FIXTURE(streams_fixture, "what the service ends is ended") {
  start();
  raw_client client{server->port()};
  open(client);
  REQUIRE(await_watchers(1));
  service.end_watching();
  CHECK(client.read_rest().ends_with(last_chunk));
}

TEST_CASE_FIXTURE(streams_fixture, "a change after the end is no harm") {
  start();
  raw_client client{server->port()};
  open(client);
  REQUIRE(await_watchers(1));
  auto who = service.watched()[0].who.lock();
  server->stop(20s);
  server.reset();
  who->changed(seats_taken(9));
  who->ended();
}

TEST_CASE_FIXTURE(streams_fixture, "a stream ends with its token") {
  const std::string secret = "a secret of 32 bytes and no less";
  text_file file{secret};
  config.auth = auth_mode::jwt;
  config.auth_hs256_secret_file = file.path().string();
  start();
  auto now = std::chrono::duration_cast<std::chrono::seconds>(
    std::chrono::system_clock::now().time_since_epoch());
  // It is over, but for what clocks may differ by.
  auto ends = now - limits::token_skew + 2s;
  json claims{{"sub", "joe"}, {"roles", {"staff"}}, {"exp", ends.count()}};
  raw_client client{server->port()};
  auto head
    = open(client, section_stream_path,
           "Authorization: Bearer " + hs256_token(claims, secret) + "\r\n");
  REQUIRE(head.status == 200);
  CHECK(client.read_rest().ends_with(last_chunk));
  CHECK(await_watchers(0));
}

TEST_CASE_FIXTURE(streams_fixture, "an old client's stream has no chunks") {
  start();
  raw_client client{server->port()};
  auto head
    = client.ask("GET " + section_stream_path + " HTTP/1.0\r\n\r\n", false);
  CHECK(head.header("transfer-encoding") == "");
  CHECK(head.closes());
  CHECK(client.read_until("\n\n").starts_with("retry: "));
  service.end_watching();
  auto rest = client.read_rest();
  CHECK(rest.starts_with("event: section\n"));
  CHECK(rest.ends_with("}\n\n"));
}

TEST_CASE_FIXTURE(streams_fixture, "streams are bounded in all") {
  config.streams_max = 1;
  start();
  {
    raw_client first{server->port()};
    CHECK(open(first).status == 200);
    raw_client second{server->port()};
    auto refused = second.ask(request("GET", section_stream_path));
    problem_of(refused, 503, "overloaded");
    CHECK_FALSE(refused.closes());
    CHECK(second.ask(request("GET", "/live")).status == 200);
  }
  REQUIRE(await_watchers(0));
  raw_client third{server->port()};
  CHECK(open(third).status == 200);
}

TEST_CASE_FIXTURE(streams_fixture,
                  "streams of one address are bounded, behind a proxy too") {
  config.streams_per_address_max = 1;
  start();
  auto from = [](const std::string& address) {
    return "X-Forwarded-For: " + address + "\r\n";
  };
  raw_client first{server->port()};
  CHECK(open(first, section_stream_path, from("203.0.113.7")).status == 200);
  problem_of(get(section_stream_path, from("203.0.113.7")), 503, "overloaded");
  raw_client second{server->port()};
  CHECK(open(second, section_stream_path, from("203.0.113.8")).status == 200);
  // Many come from here.
  raw_client third{server->port()}, fourth{server->port()};
  CHECK(open(third).status == 200);
  CHECK(open(fourth).status == 200);
}

TEST_CASE_FIXTURE(streams_fixture, "a stream is no request in flight") {
  config.requests_in_flight_max = 1;
  start();
  raw_client first{server->port()}, second{server->port()};
  CHECK(open(first).status == 200);
  CHECK(open(second).status == 200);
  CHECK(get("/api/v1/sections").status == 200);
}

TEST_CASE_FIXTURE(streams_fixture, "HEAD opens no stream, and OPTIONS tells") {
  start();
  raw_client client{server->port()};
  for (const auto& path : {section_stream_path, student_stream_path}) {
    auto head = client.ask(request("HEAD", path), false);
    CHECK(head.status == 200);
    CHECK(head.header("content-type") == "text/event-stream");
    CHECK_FALSE(head.closes());
    CHECK(await_watchers(0));
    auto options = client.ask(request("OPTIONS", path), false);
    CHECK(options.status == 204);
    CHECK(options.header("allow") == "GET, HEAD, OPTIONS");
    problem_of(client.ask(request("PATCH", path, "{}")), 405,
               "method_not_allowed");
  }
}

TEST_CASE_FIXTURE(streams_fixture, "what cannot be watched is said") {
  start();
  auto one = id<section_id>(1).to_string();
  std::string many;
  for (std::size_t i = 0; i <= limits::query_ids_max; ++i)
    many += (i == 0 ? "" : ",") + one;
  for (const auto& query :
       {std::string{}, "?ids=" + many, "?ids=" + one + ',',
        std::string{"?ids="}, std::string{"?ids=x"}, "?ids=" + one + "&x=1"})
    problem_of(get("/api/v1/sections/stream" + query), 400, "invalid_request");
  problem_of(get("/api/v1/students/x/stream"), 400, "invalid_request");
  problem_of(get(student_stream_path + "?x=1"), 400, "invalid_request");
  service.watch_answer = {ec::not_found, "There is none."};
  problem_of(get(section_stream_path), 404, "section_not_found");
  problem_of(get(student_stream_path), 404, "student_not_found");
  service.watch_answer = {ec::dependency_unavailable, "Not now."};
  problem_of(get(student_stream_path), 503, "dependency_unavailable");
}
