// JSON bodies: the strict readers, the rows of the catalogue, and what the
// handlers of register and drop make of them.

#include "config/limits.hpp"
#include "http/catalogue_reader.hpp"
#include "http/json_reader.hpp"
#include "messages/json.hpp"
#include "messages/section_values.hpp"
#include "tests/fuzz/answers.hpp"
#include "tests/fuzz/asked.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace {

using namespace registrar;
using namespace registrar::fuzz;
using nlohmann::json;

std::size_t depth_of(const json& x) {
  std::size_t deepest = 0;
  if (x.is_structured())
    for (const auto& each : x)
      deepest = std::max(deepest, depth_of(each));
  return x.is_structured() ? deepest + 1 : 0;
}

void check_tree(std::string_view text, const fallible<json>& read) {
  if (!read) {
    expect_fault(read.error());
    return;
  }
  expect(json::accept(text), "nothing is read that is no JSON");
  expect(depth_of(*read) <= limits::json_depth_max, "the tree is not deep");
  auto again = read_json(read->dump());
  expect(again && *again == *read, "a tree survives a round trip");
}

bool is_text_list(const json& x) {
  return x.is_array() && std::all_of(x.begin(), x.end(), [](const json& each) {
           return each.is_string();
         });
}

/// By the tree, what the reader without a tree must find too.
bool is_registration(const fallible<json>& read) {
  if (!read || !read->is_object() || !read->contains("student_id")
      || !read->contains("section_ids"))
    return false;
  for (const auto& [name, value] : read->items())
    if (name == "section_ids" ? !is_text_list(value)
        : name == "student_id" || name == "idempotency_key" ? !value.is_string()
                                                            : true)
      return false;
  return true;
}

void check_registration(std::string_view text, const fallible<json>& tree) {
  auto read = read_registration_body(text);
  expect(static_cast<bool>(read) == is_registration(tree),
         "both readers take the same bodies");
  if (!read) {
    expect_fault(read.error());
    return;
  }
  expect((*tree)["student_id"] == read->student_id
           && (*tree)["section_ids"] == json(read->section_ids)
           && tree->contains("idempotency_key") == read->has_key
           && tree->value("idempotency_key", "") == read->idempotency_key,
         "both readers find the same");
}

bool is_clean(const std::string& text, std::size_t characters_max) {
  auto length = std::count_if(text.begin(), text.end(),
                              [](char c) { return (c & 0xc0) != 0x80; });
  return static_cast<std::size_t>(length) <= characters_max
         && std::none_of(text.begin(), text.end(), [](char c) {
              return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
            });
}

/// What is answered about a row, without what the service adds.
template <class Row>
std::string asked_again(const Row& row) {
  auto answer = json::parse(to_json(row));
  for (auto name : {"created_at", "updated_at", "version"})
    answer.erase(name);
  return answer.dump();
}

template <class Row>
void check_row(const fallible<Row>& read,
               fallible<Row> (*reader)(std::string_view),
               const fallible<json>& tree) {
  if (!read) {
    expect_fault(read.error());
    return;
  }
  expect(tree && tree->is_object(), "a row is read from an object");
  auto again = reader(asked_again(*read));
  expect(again && *again == *read, "what is answered of a row makes it again");
}

void check_section(std::string_view text, const fallible<json>& tree) {
  auto read = read_section(text);
  if (!read) {
    expect_fault(read.error());
    return;
  }
  const auto& row = read->row;
  expect(row.settings.total_seats <= limits::total_seats_max
           && (row.settings.waitlist_capacity == unlimited
               || row.settings.waitlist_capacity <= limits::total_seats_max),
         "capacities are bounded");
  expect(is_meetings(row.meetings)
           && (row.credits.empty() || is_decimal(row.credits))
           && is_clean(row.section_number, 50) && is_clean(read->semester, 50)
           && is_clean(read->course_code, 50),
         "texts of a section have their forms");
  expect(tree->contains("semester_id") == read->semester.empty()
           && tree->contains("course_id") == read->course_code.empty(),
         "a section belongs to one semester and one course");
}

template <class Change>
void check_change(const fallible<Change>& read, const fallible<json>& tree) {
  if (!read) {
    expect_fault(read.error());
    return;
  }
  expect(tree && tree->is_object() && !tree->empty(),
         "a change changes something");
}

void check_rows(std::string_view text, const fallible<json>& tree) {
  check_section(text, tree);
  check_row(read_student(text), read_student, tree);
  check_row(read_course(text), read_course, tree);
  auto term = read_semester(text);
  expect(!term || term->registration_start <= term->registration_end,
         "a window ends after it begins");
  check_row(term, read_semester, tree);
  check_change(read_section_change(text), tree);
  check_change(read_student_change(text), tree);
  check_change(read_course_change(text), tree);
  check_change(read_semester_change(text), tree);
}

bool is_key(const std::string& key) {
  return !key.empty() && key.size() <= limits::key_length_max
         && std::all_of(key.begin(), key.end(),
                        [](char c) { return c >= 0x20 && c < 0x7f; });
}

void check_handler(handler which, route named, std::string_view text,
                   const fallible<json>& tree) {
  static asked one;
  http_request request;
  request.body = text;
  auto answer = one.ask(which, request);
  if (answer.status != 200) {
    expect_problem(answer);
    expect(answer.status == 400, "a fault of the body is 400");
    expect(one.service.calls() == 0, "a refused body asks nobody");
    return;
  }
  expect(is_registration(tree), "only registrations are taken");
  expect(one.service.submitted.size() == 1, "a request is submitted once");
  const auto& made = one.service.submitted.front();
  const auto& ids = (*tree)["section_ids"];
  expect(made.route == named && made.sections.size() == ids.size()
           && !ids.empty() && ids.size() <= limits::sections_per_request_max,
         "what is submitted is what was asked");
  for (std::size_t i = 0; i < ids.size(); ++i)
    expect(section_id::parse(ids[i].get<std::string>()) == made.sections[i],
           "sections keep their order");
  auto has_key = tree->contains("idempotency_key");
  expect(one.service.begun.size() == (has_key ? 1 : 0),
         "a key is begun where there is one");
  if (has_key)
    expect(is_key(one.service.begun.front().scope.key)
             && (*tree)["idempotency_key"]
                  == one.service.begun.front().scope.key,
           "the key is the client's");
  expect(json::parse(answer.body)["results"].size() == ids.size(),
         "every section has its result");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  auto tree = read_json(text);
  check_tree(text, tree);
  check_registration(text, tree);
  check_rows(text, tree);
  check_handler(handle_register, route::register_sections, text, tree);
  check_handler(handle_drop, route::drop_sections, text, tree);
  return 0;
}
