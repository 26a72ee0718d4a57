// Every row of the interface: what is asked of the service, what is answered.

#include "tests/integration/http_fixture.hpp"

using namespace registrar;
using namespace registrar::test;

namespace {

const std::string id_one = "00000000-0000-0000-0000-000000000001";
const std::string id_two = "00000000-0000-0000-0000-000000000002";

section_view whole_view_of(std::uint64_t number) {
  section_view view;
  view.section.section_id = id<section_id>(number);
  view.section.section_number = "A00";
  view.semester_name = "2024-spring";
  view.course_code = "CSE 101";
  view.course_name = "Algorithms";
  view.header.section = view.section.section_id;
  view.header.settings.total_seats = 30;
  view.header.settings.version = 4;
  view.header.sequence = 17;
  view.header.enrolled = 12;
  return view;
}

bool names(const std::string& detail, std::string_view word) {
  return detail.find(word) != std::string::npos;
}

bool is_personal(const raw_response& response) {
  return response.header("cache-control") == "no-store";
}

} // namespace

TEST_CASE_FIXTURE(http_fixture,
                  "register and drop ask for what they were sent") {
  start();
  auto registered = post("/api/v1/register", registration_of(1, {2, 3, 2}));
  CHECK(registered.status == 200);
  CHECK(registered.header("content-type") == "application/json");
  CHECK(is_personal(registered));
  auto body = json::parse(registered.body);
  CHECK(body["student_id"] == id_one);
  CHECK(body["results"].size() == 3);
  CHECK(body["summary"]["enrolled"] == 3);
  auto dropped = post("/api/v1/drop", registration_of(1, {2}));
  CHECK(json::parse(dropped.body)["summary"]["dropped"] == 1);
  auto asked = service.submitted();
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].route == route::register_sections);
  CHECK(asked[0].sections.size() == 3);
  CHECK(asked[1].route == route::drop_sections);
}

TEST_CASE_FIXTURE(http_fixture, "a registration holds 1 to 20 sections") {
  start();
  std::vector<std::uint64_t> many(20);
  for (std::size_t i = 0; i < many.size(); ++i)
    many[i] = i + 2;
  CHECK(post("/api/v1/register", registration_of(1, many)).status == 200);
  many.push_back(99);
  problem_of(post("/api/v1/register", registration_of(1, many)), 400,
             "invalid_request");
  auto none = R"({"student_id":")" + id_one + R"(","section_ids":[]})";
  problem_of(post("/api/v1/register", none), 400, "invalid_request");
  CHECK(service.submitted().size() == 1);
}

TEST_CASE_FIXTURE(http_fixture, "a bad id is named with its place") {
  start();
  auto body = R"({"student_id":")" + id_one + R"(","section_ids":[")" + id_two
              + R"(","x"]})";
  auto detail
    = problem_of(post("/api/v1/register", body), 400, "invalid_request");
  CHECK(names(detail, "section_ids[1]"));
  problem_of(get("/api/v1/sections/x"), 400, "invalid_request");
  problem_of(get("/api/v1/students/" + id_one + "0/registrations"), 400,
             "invalid_request");
}

TEST_CASE_FIXTURE(http_fixture, "ids may be sent in capitals") {
  start();
  auto body = R"({"student_id":"ABCDEF01-0000-0000-0000-000000000001",)"
              R"("section_ids":["ABCDEF01-0000-0000-0000-000000000002"]})";
  auto answer = post("/api/v1/register", body);
  CHECK(json::parse(answer.body)["student_id"]
        == "abcdef01-0000-0000-0000-000000000001");
}

TEST_CASE_FIXTURE(http_fixture, "a student's registrations are personal") {
  registration_view row;
  row.status = "failed";
  row.reason = "withdrawn";
  service.registrations_answer = std::vector{row};
  start();
  auto answer = get("/api/v1/students/" + id_one + "/registrations");
  CHECK(answer.status == 200);
  CHECK(is_personal(answer));
  CHECK(json::parse(answer.body)["registrations"][0]["status"] == "failed");
  service.registrations_answer = failure{ec::not_found, "No such student."};
  auto absent = get("/api/v1/students/" + id_one + "/registrations");
  problem_of(absent, 404, "student_not_found");
  CHECK(is_personal(absent));
}

TEST_CASE_FIXTURE(http_fixture,
                  "a section has an ETag of version and sequence") {
  service.section_answer = whole_view_of(1);
  start();
  auto answer = get("/api/v1/sections/" + id_one);
  CHECK(answer.status == 200);
  CHECK(answer.header("etag") == "\"4-17\"");
  CHECK(json::parse(answer.body)["available_seats"] == 18);
  section_rows rows;
  rows.header = whole_view_of(1).header;
  rows.roster = {{id<student_id>(3)}};
  rows.waitlist = {{id<student_id>(4)}};
  service.rows_answer = rows;
  for (std::string list : {"roster", "waitlist"}) {
    auto listed = get("/api/v1/sections/" + id_one + "/" + list);
    CHECK(listed.status == 200);
    CHECK(listed.header("etag") == "\"4-17\"");
    CHECK(is_personal(listed));
    CHECK(json::parse(listed.body)[list].size() == 1);
  }
}

TEST_CASE_FIXTURE(http_fixture, "a section that is not there is 404") {
  service.section_answer = failure{ec::not_found, "No such section."};
  service.rows_answer = failure{ec::not_found, "No such section."};
  start();
  auto path = "/api/v1/sections/" + id_one;
  problem_of(get(path), 404, "section_not_found");
  problem_of(get(path + "/roster"), 404, "section_not_found");
  problem_of(get(path + "/waitlist"), 404, "section_not_found");
  problem_of(patch(path, R"({"total_seats":1})"), 404, "section_not_found");
}

TEST_CASE_FIXTURE(http_fixture, "a list of sections passes its filters on") {
  section_page page;
  page.sections = {whole_view_of(1)};
  page.next = id<section_id>(1);
  service.page_answer = page;
  start();
  auto first = get("/api/v1/sections?semester=2024-spring&course=CSE+101"
                   "&open=true&limit=7&ids="
                   + id_one + "," + id_two);
  CHECK(first.status == 200);
  CHECK(service.asked_list.semester == "2024-spring");
  CHECK(service.asked_list.course == "CSE 101");
  CHECK(service.asked_list.open == true);
  CHECK(service.asked_list.limit == 7);
  CHECK(service.asked_list.ids.size() == 2);
  CHECK(service.asked_list.after.is_nil());
  auto cursor = json::parse(first.body)["next_cursor"].get<std::string>();
  CHECK(get("/api/v1/sections?cursor=" + cursor).status == 200);
  CHECK(service.asked_list.after == id<section_id>(1));
  CHECK(service.asked_list.limit == 50);
}

TEST_CASE_FIXTURE(http_fixture, "every fault of a query is 400") {
  start();
  std::string many_ids = "ids=" + id_one;
  for (std::size_t i = 0; i < 50; ++i)
    many_ids += "," + id_one;
  for (const auto& query :
       {std::string{"limit=0"}, std::string{"limit=201"}, std::string{"open=1"},
        std::string{"ids="}, std::string{"ids=x"}, many_ids,
        std::string{"cursor=x"}, std::string{"cursor="}, std::string{"page=1"},
        std::string{"limit=1&limit=1"}, std::string{"course=%zz"}})
    problem_of(get("/api/v1/sections?" + query), 400, "invalid_request");
  for (std::string path :
       {"/api/v1/sections/" + id_one, "/api/v1/students/" + id_one,
        "/api/v1/students/" + id_one + "/registrations"})
    problem_of(get(path + "?x=1"), 400, "invalid_request");
  problem_of(get("/api/v1/courses?semester=x"), 400, "invalid_request");
}

TEST_CASE_FIXTURE(http_fixture,
                  "If-Match passes the version on, `*` asks nothing") {
  service.section_answer = whole_view_of(1);
  start();
  auto path = "/api/v1/sections/" + id_one;
  auto body = R"({"total_seats":9,"waitlist_capacity":null,"is_active":false})";
  auto answer = patch(path, body, "If-Match: \"4-17\"\r\n");
  CHECK(answer.status == 200);
  CHECK(answer.header("etag") == "\"4-17\"");
  CHECK(service.changed_section.section_id == id<section_id>(1));
  CHECK(service.changed_section.if_version == 4);
  CHECK(service.changed_section.total_seats == 9);
  CHECK(service.changed_section.waitlist_capacity == unlimited);
  CHECK(service.changed_section.is_active == false);
  CHECK(patch(path, R"({"is_active":true})", "If-Match: *\r\n").status == 200);
  CHECK(service.changed_section.if_version == 0);
  CHECK_FALSE(service.changed_section.total_seats);
  for (std::string wrong : {"4-17", "\"4\"", "\"-\"", "\"a-1\"", "W/\"4-17\"",
                            "\"4-\"", "\"-4\"", "\"\""})
    problem_of(patch(path, body, "If-Match: " + wrong + "\r\n"), 400,
               "invalid_request");
  // No section is ever at version 0.
  problem_of(patch(path, body, "If-Match: \"0-1\"\r\n"), 412,
             "version_mismatch");
  service.section_answer = failure{ec::version_mismatch, "It is at 5."};
  problem_of(patch(path, body, "If-Match: \"4-17\"\r\n"), 412,
             "version_mismatch");
}

TEST_CASE_FIXTURE(http_fixture, "rows are created with 201 and a Location") {
  service.section_answer = whole_view_of(1);
  service.student_answer = student{id<student_id>(1)};
  service.course_answer = course{id<course_id>(1)};
  service.semester_answer = semester{id<semester_id>(1)};
  start();
  auto made = [&](const std::string& list, const std::string& body) {
    auto path = "/api/v1/" + list;
    auto answer = post(path, body);
    CHECK(answer.status == 201);
    CHECK(answer.header("location") == path + "/" + id_one);
    CHECK(answer.header("etag") != "");
  };
  made("sections", R"({"course_id":")" + id_one + R"(","semester_id":")"
                     + id_two
                     + R"(","section_number":"A00","total_seats":30})");
  CHECK(service.created_section.settings.waitlist_capacity == unlimited);
  CHECK_FALSE(service.created_section.section_id.is_nil());
  made("students", R"({"student_number":"S1","email":null})");
  CHECK(service.created_student.student_number == "S1");
  made("courses", R"({"course_code":"CSE 101"})");
  CHECK(service.created_course.course_code == "CSE 101");
  made("semesters", R"({"semester_name":"2024-spring",)"
                    R"("registration_start":"2024-01-01T00:00:00Z",)"
                    R"("registration_end":"2024-02-01T00:00:00+01:00"})");
  CHECK(service.created_semester.semester_name == "2024-spring");
}

TEST_CASE_FIXTURE(http_fixture, "a section is created by names too") {
  course around;
  around.course_code = "CSE 101";
  around.course_id = id<course_id>(7);
  semester spring;
  spring.semester_name = "2024-spring";
  spring.semester_id = id<semester_id>(8);
  service.courses = {around};
  service.semesters = {spring};
  service.section_answer = whole_view_of(1);
  start();
  auto body = [](const std::string& course) {
    return R"({"semester":"2024-spring","section_number":"A00",)"
           R"("total_seats":30,"course_code":")"
           + course + "\"}";
  };
  CHECK(post("/api/v1/sections", body("CSE 101")).status == 201);
  CHECK(service.created_section.course_id == id<course_id>(7));
  CHECK(service.created_section.semester_id == id<semester_id>(8));
  // What is asked lies just before the name.
  CHECK(service.asked_rows.after < "CSE 101");
  CHECK(service.asked_rows.after > "CSE 100");
  auto unknown = post("/api/v1/sections", body("CSE 102"));
  CHECK(names(problem_of(unknown, 404, "not_found"), "CSE 102"));
}

TEST_CASE_FIXTURE(http_fixture, "a value that is taken is 409") {
  service.course_answer = failure{ec::conflict, "course_code is taken."};
  start();
  auto answer = post("/api/v1/courses", R"({"course_code":"CSE 101"})");
  CHECK(names(problem_of(answer, 409, "conflict"), "course_code"));
}

TEST_CASE_FIXTURE(http_fixture, "rows are read, changed and compared") {
  student row{id<student_id>(1)};
  row.version = 3;
  service.student_answer = row;
  start();
  auto path = "/api/v1/students/" + id_one;
  auto read = get(path);
  CHECK(read.status == 200);
  CHECK(read.header("etag") == "\"3\"");
  CHECK(is_personal(read));
  auto body = R"({"enrollment_status":"suspended"})";
  CHECK(patch(path, body, "If-Match: \"3\"\r\n").status == 200);
  CHECK(service.changed_student.if_version == 3);
  CHECK(service.changed_student.enrollment_status
        == enrollment_status::suspended);
  CHECK_FALSE(service.changed_student.email);
  problem_of(patch(path, "{}"), 400, "invalid_request");
  problem_of(patch(path, R"({"version":3})"), 400, "invalid_request");
  problem_of(patch(path, body, "If-Match: 3\r\n"), 400, "invalid_request");
  service.student_answer = failure{ec::not_found, "No such student."};
  problem_of(get(path), 404, "not_found");
}

TEST_CASE_FIXTURE(http_fixture, "lists go on where their cursor says") {
  for (auto code : {"A 1", "B 2", "C 3"}) {
    course row;
    row.course_code = code;
    service.courses.push_back(row);
  }
  start();
  auto first = json::parse(get("/api/v1/courses?limit=2").body);
  CHECK(first["courses"].size() == 2);
  auto cursor = first["next_cursor"].get<std::string>();
  auto last = json::parse(get("/api/v1/courses?limit=3&cursor=" + cursor).body);
  CHECK(service.asked_rows.after == "B 2");
  CHECK_FALSE(last.contains("next_cursor"));
  // A cursor of one list is none of another.
  problem_of(get("/api/v1/students?cursor=" + cursor), 400, "invalid_request");
}

TEST_CASE_FIXTURE(http_fixture, "live, ready and health tell apart") {
  service.status_answer = {false, {{"sql", false, "disk full"}}, {}};
  actor_status actor;
  actor.name = "section/1";
  actor.figures = {{"queue", 3}};
  service.status_answer.actors = {actor};
  start();
  CHECK(get("/live").status == 200);
  CHECK(names(problem_of(get("/ready"), 503, "dependency_unavailable"),
              "disk full"));
  auto health = json::parse(get("/health?verbose").body);
  CHECK(service.asked_verbosely);
  CHECK(health["version"].get<std::string>() != "");
  CHECK(health["actors"][0]["figures"]["queue"] == 3);
  service.status_answer = {true, {{"sql", true, ""}}, {}};
  CHECK(get("/ready").status == 200);
  CHECK_FALSE(json::parse(get("/health").body).contains("actors"));
  problem_of(get("/health?x"), 400, "invalid_request");
}

TEST_CASE_FIXTURE(http_fixture, "every failure of the service is a clear 503") {
  start();
  for (auto code : {ec::in_doubt, ec::deadline_exceeded, ec::fenced,
                    ec::dependency_unavailable, ec::quarantined,
                    ec::shutting_down, ec::internal, ec::not_owner}) {
    service.section_answer = failure{code, "It failed."};
    problem_of(get("/api/v1/sections/" + id_one), 503,
               "dependency_unavailable");
  }
  service.section_answer = failure{ec::overloaded, "Too much."};
  problem_of(get("/api/v1/sections/" + id_one), 503, "overloaded");
  service.section_answer = failure{ec::ledger_behind, "Behind."};
  problem_of(get("/api/v1/sections/" + id_one), 503, "ledger_behind");
}

TEST_CASE_FIXTURE(http_fixture, "HEAD answers like GET, without the body") {
  service.section_answer = whole_view_of(1);
  start();
  auto path = "/api/v1/sections/" + id_one;
  auto full = get(path);
  raw_client client{server->port()};
  auto head = client.ask(request("HEAD", path), false);
  CHECK(head.status == 200);
  CHECK(head.header("etag") == full.header("etag"));
  CHECK(head.header("content-length") == std::to_string(full.body.size()));
  // Nothing of a body was sent: the next answer follows at once.
  CHECK(client.ask(request("GET", "/live")).status == 200);
}
