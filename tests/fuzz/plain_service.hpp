#pragma once

#include "messages/service.hpp"
#include "tests/integration/fake_operations.hpp"

#include <optional>
#include <vector>

namespace registrar::fuzz {

/// Answers everything at once and keeps what it was asked: what handlers made
/// of a request.
class plain_service final : public service {
public:
  /// Lists of so many rows are answered whole, longer ones by one row.
  static constexpr std::size_t short_page = 4;

  std::vector<begin_key> begun;
  std::vector<registration_request> submitted;
  std::vector<list_sections> listed_sections;
  std::vector<list_rows> listed_rows;
  std::size_t other_calls = 0;

  void forget() {
    begun.clear();
    submitted.clear();
    listed_sections.clear();
    listed_rows.clear();
    other_calls = 0;
  }

  std::size_t calls() const {
    return begun.size() + submitted.size() + listed_sections.size()
           + listed_rows.size() + other_calls;
  }

  void begin(begin_key key, reply_to<key_begun> done) override {
    begun.push_back(std::move(key));
    key_begun answer;
    answer.state = key_state::begun;
    answer.attempt = 1;
    done(std::move(answer));
  }

  void complete(complete_key, reply_to<key_completed> done) override {
    key_completed answer;
    answer.accepted = true;
    done(std::move(answer));
  }

  void submit(registration_request request,
              reply_to<registration_reply> done) override {
    registration_reply answer;
    answer.student = request.student;
    answer.request = request.request;
    for (const auto& section : request.sections)
      answer.results.push_back({section, {}, {}});
    submitted.push_back(std::move(request));
    done(std::move(answer));
  }

  void registrations(
    student_id,
    reply_to<fallible<std::vector<registration_view>>> done) override {
    call(std::move(done), std::vector<registration_view>{});
  }

  void sections(list_sections query,
                reply_to<fallible<section_page>> done) override {
    section_page page;
    page.next = section_id{uuid::url_namespace()};
    listed_sections.push_back(std::move(query));
    done(std::move(page));
  }

  void section(section_id, reply_to<fallible<section_view>> done) override {
    call(std::move(done), section_view{});
  }

  void rows(section_id, reply_to<fallible<section_rows>> done) override {
    call(std::move(done), section_rows{});
  }

  void change(change_section, reply_to<fallible<section_view>> done) override {
    call(std::move(done), section_view{});
  }

  void watch(watch_request,
             reply_to<fallible<std::vector<shared_state>>> done) override {
    call(std::move(done), std::vector<shared_state>{});
  }

  void create(registrar::section,
              reply_to<fallible<section_view>> done) override {
    call(std::move(done), section_view{});
  }

  void create(student row, reply_to<fallible<student>> done) override {
    call(std::move(done), std::move(row));
  }

  void create(course row, reply_to<fallible<course>> done) override {
    call(std::move(done), std::move(row));
  }

  void create(semester row, reply_to<fallible<semester>> done) override {
    call(std::move(done), std::move(row));
  }

  void change(change_student, reply_to<fallible<student>> done) override {
    call(std::move(done), student{});
  }

  void change(change_course, reply_to<fallible<course>> done) override {
    call(std::move(done), course{});
  }

  void change(change_semester, reply_to<fallible<semester>> done) override {
    call(std::move(done), semester{});
  }

  void find(student_id, reply_to<fallible<student>> done) override {
    call(std::move(done), student{});
  }

  void find(course_id, reply_to<fallible<course>> done) override {
    call(std::move(done), course{});
  }

  void find(semester_id, reply_to<fallible<semester>> done) override {
    call(std::move(done), semester{});
  }

  void list_students(list_rows query,
                     reply_to<fallible<std::vector<student>>> done) override {
    list(std::move(query), std::move(done));
  }

  void list_courses(list_rows query,
                    reply_to<fallible<std::vector<course>>> done) override {
    list(std::move(query), std::move(done));
  }

  void list_semesters(list_rows query,
                      reply_to<fallible<std::vector<semester>>> done) override {
    list(std::move(query), std::move(done));
  }

  void status(bool, reply_to<service_status> done) override {
    call(std::move(done), service_status{true, {}, {}});
  }

  service_load load() const override {
    return {};
  }

  const service_meters& meters() const override {
    return meters_;
  }

  service_census census() const override {
    return {};
  }

  operations_service& operations() override {
    return operations_;
  }

private:
  template <class Done, class Answer>
  void call(Done done, Answer answer) {
    ++other_calls;
    done(std::move(answer));
  }

  /// A whole page, so that there is a next one, where that is short.
  template <class Row>
  void list(list_rows query, reply_to<fallible<std::vector<Row>>> done) {
    std::vector<Row> rows(query.limit <= short_page ? query.limit : 1);
    listed_rows.push_back(std::move(query));
    done(std::move(rows));
  }

  service_meters meters_;
  test::fake_operations operations_;
};

} // namespace registrar::fuzz
