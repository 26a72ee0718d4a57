// What makes reads cheap: ETags, compression, links to the next page; and what
// a client may find out about a path.

#include "tests/integration/http_fixture.hpp"

#include <zlib.h>

using namespace registrar;
using namespace registrar::test;

namespace {

const std::string first_section = id<section_id>(1).to_string();

std::string if_none_match(const std::string& tag) {
  return "If-None-Match: " + tag + "\r\n";
}

const std::string accepts_gzip = "Accept-Encoding: gzip, deflate, br\r\n";

section_view view_of(std::uint64_t number) {
  section_view view;
  view.section.section_id = id<section_id>(number);
  view.course_name = "Algorithms";
  view.header.section = view.section.section_id;
  view.header.settings.version = 4;
  view.header.sequence = 17;
  return view;
}

section_page page_of(std::uint64_t count) {
  section_page page;
  for (std::uint64_t number = 1; number <= count; ++number)
    page.sections.push_back(view_of(number));
  return page;
}

std::string gunzip(const std::string& bytes) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string result(100'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  result.resize(stream.total_out);
  inflateEnd(&stream);
  return result;
}

} // namespace

// -- what the client has already ----------------------------------------------

TEST_CASE_FIXTURE(http_fixture, "who has a section gets 304 without it") {
  service.section_answer = view_of(1);
  start();
  raw_client client{server->port()};
  auto path = sections_path + '/' + first_section;
  for (std::string tag : {"\"4-17\"", "W/\"4-17\"", "*", "\"1-1\", \"4-17\""}) {
    auto answer = client.ask(request("GET", path, "", if_none_match(tag)));
    CAPTURE(tag);
    CHECK(answer.status == 304);
    CHECK(answer.body == "");
    CHECK(answer.header("etag") == "\"4-17\"");
    CHECK(answer.header("cache-control") == "no-cache");
    CHECK(answer.headers.count("content-type") == 0);
    CHECK(answer.headers.count("content-length") == 0);
  }
  for (std::string tag : {"\"4-18\"", "4-17", ""}) {
    auto answer = client.ask(request("GET", path, "", if_none_match(tag)));
    CHECK(answer.status == 200);
    CHECK(answer.body != "");
  }
  // Two fields are one list.
  CHECK(client
          .ask(request("GET", path, "",
                       if_none_match("\"1-1\"") + if_none_match("\"4-17\"")))
          .status
        == 304);
  auto head
    = client.ask(request("HEAD", path, "", if_none_match("\"4-17\"")), false);
  CHECK(head.status == 304);
}

TEST_CASE_FIXTURE(http_fixture, "a stale section is never what one has") {
  auto view = view_of(1);
  view.is_stale = true;
  service.section_answer = view;
  start();
  auto answer
    = get(sections_path + '/' + first_section, if_none_match("\"4-17\""));
  CHECK(answer.status == 200);
  CHECK(answer.header("cache-control") == "no-store");
}

TEST_CASE_FIXTURE(http_fixture, "a list has an ETag of what it says") {
  service.page_answer = page_of(3);
  start();
  auto first = get(sections_path);
  auto tag = first.header("etag");
  CHECK(tag.size() == 34);
  CHECK(get(sections_path, if_none_match(tag)).status == 304);
  service.page_answer = page_of(2);
  auto changed = get(sections_path, if_none_match(tag));
  CHECK(changed.status == 200);
  CHECK(changed.header("etag") != tag);
}

TEST_CASE_FIXTURE(http_fixture, "what is personal may be asked so too") {
  section_rows rows;
  rows.header = view_of(1).header;
  service.rows_answer = rows;
  start();
  auto roster = get(sections_path + '/' + first_section + "/roster",
                    if_none_match("\"4-17\""));
  CHECK(roster.status == 304);
  CHECK(roster.header("cache-control") == "no-store");
  auto path
    = "/api/v1/students/" + id<student_id>(1).to_string() + "/registrations";
  auto tag = get(path).header("etag");
  CHECK(get(path, if_none_match(tag)).status == 304);
}

TEST_CASE_FIXTURE(http_fixture, "writes, probes and problems have no 304") {
  service.section_answer = failure{ec::not_found, "No such section."};
  start();
  auto any = if_none_match("*");
  CHECK(get("/live", any).status == 200);
  CHECK(get("/live").header("etag") == "");
  CHECK(get(sections_path + '/' + first_section, any).status == 404);
  CHECK(post("/api/v1/register", registration_of(1, {2}), any).status == 200);
}

// -- compression --------------------------------------------------------------

TEST_CASE_FIXTURE(http_fixture, "a large list comes compressed on request") {
  service.page_answer = page_of(50);
  start();
  auto plain = get(sections_path);
  CHECK(plain.header("content-encoding") == "");
  CHECK(plain.header("vary") == "Accept-Encoding");
  auto small = get(sections_path, accepts_gzip);
  CHECK(small.header("content-encoding") == "gzip");
  CHECK(small.header("vary") == "Accept-Encoding");
  CHECK(small.body.size() < plain.body.size() / 3);
  CHECK(gunzip(small.body) == plain.body);
  CHECK(get(sections_path, "Accept-Encoding: gzip;q=0\r\n").body == plain.body);
  // Head says what get would.
  raw_client client{server->port()};
  auto head
    = client.ask(request("HEAD", sections_path, "", accepts_gzip), false);
  CHECK(head.header("content-length") == std::to_string(small.body.size()));
  CHECK(client.ask(request("GET", "/live")).status == 200);
}

TEST_CASE_FIXTURE(http_fixture, "compressed and plain have tags of their own") {
  service.page_answer = page_of(50);
  start();
  auto plain = get(sections_path).header("etag");
  auto small = get(sections_path, accepts_gzip).header("etag");
  CHECK(small == plain.substr(0, plain.size() - 1) + "-gzip\"");
  auto again = get(sections_path, accepts_gzip + if_none_match(small));
  CHECK(again.status == 304);
  CHECK(again.header("etag") == small);
  CHECK(again.header("vary") == "Accept-Encoding");
  CHECK(get(sections_path, if_none_match(plain)).status == 304);
  // The one is not the other.
  CHECK(get(sections_path, if_none_match(small)).status == 200);
  CHECK(get(sections_path, accepts_gzip + if_none_match(plain)).status == 200);
}

TEST_CASE_FIXTURE(http_fixture, "small and personal answers stay as they are") {
  service.page_answer = page_of(1);
  section_rows rows;
  rows.roster.resize(100);
  service.rows_answer = rows;
  start();
  auto small = get(sections_path, accepts_gzip);
  CHECK(small.header("content-encoding") == "");
  CHECK(small.header("vary") == "");
  auto roster
    = get(sections_path + '/' + first_section + "/roster", accepts_gzip);
  CHECK(roster.body.size() > 1'024);
  CHECK(roster.header("content-encoding") == "");
}

TEST_CASE_FIXTURE(http_fixture, "a version read compressed is a version") {
  service.section_answer = view_of(1);
  start();
  auto path = sections_path + '/' + first_section;
  CHECK(
    patch(path, R"({"total_seats":9})", "If-Match: \"4-17-gzip\"\r\n").status
    == 200);
  CHECK(service.changed_section.if_version == 4);
}

// -- pages and paths ----------------------------------------------------------

TEST_CASE_FIXTURE(http_fixture, "a page links to the next one") {
  auto page = page_of(2);
  page.next = id<section_id>(2);
  service.page_answer = page;
  start();
  auto link = get(sections_path + "?course=CSE+101&limit=2").header("link");
  auto target = sections_path + "?course=CSE+101&limit=2&cursor="
                + id<section_id>(2).to_string();
  CHECK(link == "<" + target + ">; rel=\"next\"");
  service.page_answer = page_of(1);
  CHECK(get(target).header("link") == "");
  CHECK(service.asked_list.after == id<section_id>(2));
  CHECK(service.asked_list.course == "CSE 101");
  for (auto code : {"A 1", "B 2"}) {
    course row;
    row.course_code = code;
    service.courses.push_back(row);
  }
  auto courses = get("/api/v1/courses?limit=1");
  auto cursor = json::parse(courses.body)["next_cursor"].get<std::string>();
  CHECK(courses.header("link")
        == "</api/v1/courses?limit=1&cursor=" + cursor + ">; rel=\"next\"");
  CHECK(get("/api/v1/courses?limit=2").header("link") == "");
}

TEST_CASE_FIXTURE(http_fixture, "OPTIONS says what a path takes") {
  start();
  raw_client client{server->port()};
  auto allowed = [&](const std::string& path) {
    auto answer = client.ask(request("OPTIONS", path));
    CHECK(answer.status == 204);
    CHECK(answer.headers.count("content-length") == 0);
    CHECK(answer.body == "");
    return answer.header("allow");
  };
  CHECK(allowed(sections_path) == "GET, HEAD, POST, OPTIONS");
  CHECK(allowed(sections_path + '/' + first_section)
        == "GET, HEAD, PATCH, OPTIONS");
  CHECK(allowed("/api/v1/register") == "POST, OPTIONS");
  CHECK(allowed("/live") == "GET, HEAD, OPTIONS");
  CHECK(allowed("*") == "POST, GET, HEAD, PATCH, PUT, OPTIONS");
  problem_of(client.ask(request("OPTIONS", "/nothing")), 404, "not_found");
  problem_of(client.ask(request("GET", "*")), 400, "invalid_target");
}
