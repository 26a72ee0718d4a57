// The query string: percent escapes, parameters, limits, cursors, links, and
// what the handlers of lists make of them.

#include "config/limits.hpp"
#include "http/query.hpp"
#include "tests/fuzz/answers.hpp"
#include "tests/fuzz/asked.hpp"

#include <algorithm>
#include <set>

namespace {

using namespace registrar;
using namespace registrar::fuzz;

const std::initializer_list<std::string_view> known{
  "semester", "course", "open", "ids", "limit", "cursor"};

std::string encoded(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string result;
  for (auto c : text) {
    auto byte = static_cast<unsigned char>(c);
    result += '%';
    result += digits[byte >> 4];
    result += digits[byte & 15];
  }
  return result;
}

void check_escapes(std::string_view text) {
  for (auto plus_is_space : {false, true}) {
    auto plain = percent_decode(text, plus_is_space);
    if (!plain)
      continue;
    expect(plain->size() <= text.size(), "decoding makes nothing longer");
    auto again = percent_decode(encoded(*plain), plus_is_space);
    expect(again == plain, "what was decoded can be encoded and decoded again");
  }
}

void check_parameters(std::string_view text) {
  auto read = read_query(text, known);
  if (!read) {
    expect_fault(read.error());
    return;
  }
  std::string rendered;
  for (const auto& [name, value] : *read) {
    expect(std::find(known.begin(), known.end(), name) != known.end(),
           "every parameter is a known one");
    rendered += encoded(name) + '=' + encoded(value) + '&';
  }
  auto again = read_query(rendered, known);
  expect(again && *again == *read, "parameters survive a round trip");
  auto limit = read_limit(*read);
  if (!limit)
    expect_fault(limit.error());
  else
    expect(*limit >= 1 && *limit <= limits::page_rows_max,
           "a limit is within its bounds");
}

void check_cursor(std::string_view text) {
  auto row = from_cursor("courses", text);
  if (!row)
    return;
  std::string lower{text};
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  expect(to_cursor("courses", *row) == lower, "a cursor has one meaning");
  expect(!from_cursor("students", text), "a cursor is of one list");
}

void check_link(std::string_view text) {
  static constexpr std::string_view path = "/api/v1/sections";
  auto link = link_to_next(path, text, "c0ffee");
  auto end = link.rfind(">; rel=\"next\"");
  expect(link.front() == '<' && end != std::string::npos, "a link is a link");
  auto target = std::string_view{link}.substr(1, end - 1);
  expect(std::all_of(target.begin(), target.end(),
                     [](char c) {
                       return c > 0x20 && c < 0x7f && c != '<' && c != '>'
                              && c != '"';
                     }),
         "a link's target is a URI");
  auto read = read_query(text, known);
  if (!read)
    return;
  auto next = read_query(target.substr(path.size() + 1), known);
  (*read)["cursor"] = "c0ffee";
  expect(next && *next == *read, "the next page is asked for like this one");
}

http_response answer_to(asked& one, handler which, std::string_view query) {
  http_request request;
  request.path = "/api/v1/list";
  request.query = query;
  return one.ask(which, request);
}

void check_list(handler which, std::string_view text) {
  static asked one;
  auto answer = answer_to(one, which, text);
  if (answer.status != 200) {
    expect(one.service.calls() == 0, "a refused query asks nobody");
    expect_problem(answer);
    expect(answer.status == 400, "a fault of the query is 400");
    return;
  }
  expect(one.service.calls() == 1, "a query is asked once");
  for (const auto& query : one.service.listed_sections)
    expect(query.limit >= 1 && query.limit <= limits::page_rows_max
             && query.ids.size() <= limits::query_ids_max,
           "a list of sections is bounded");
  auto has_next = !one.service.listed_sections.empty();
  for (const auto& query : one.service.listed_rows) {
    // One more than the page tells whether there is a next one.
    expect(query.limit >= 2 && query.limit <= limits::page_rows_max + 1,
           "a list is bounded");
    has_next = query.limit <= plain_service::short_page;
  }
  expect(answer.headers.has("Link") == has_next,
         "a page has a link where there is a next one");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  check_escapes(text);
  check_parameters(text);
  check_cursor(text);
  check_link(text);
  for (auto list :
       {handle_list_sections, handle_list_students, handle_list_courses,
        handle_list_semesters, handle_ready, handle_health})
    check_list(list, text);
  return 0;
}
