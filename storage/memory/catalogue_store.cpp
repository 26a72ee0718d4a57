#include "storage/memory/catalogue_store.hpp"

#include <algorithm>

namespace registrar {

namespace {

template <class Row, class Member, class Value>
Row* find_by(std::vector<Row>& rows, Member member, const Value& value) {
  auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
    return row.*member == value;
  });
  return found == rows.end() ? nullptr : &*found;
}

template <class Row>
fallible<Row> add(std::vector<Row>& rows, Row row, timestamp at) {
  row.created_at = row.updated_at = at;
  rows.push_back(row);
  return row;
}

template <class T>
void set(T& column, const std::optional<T>& given) {
  if (given)
    column = *given;
}

/// Edits the row with this id; its version must be `if_version`, if not 0.
template <class Row, class Id, class Edit>
fallible<Row> edit_row(std::vector<Row>& rows, Id Row::*key, const Id& id,
                       std::uint64_t if_version, timestamp at, Edit edit) {
  auto* row = find_by(rows, key, id);
  if (row == nullptr)
    return {ec::not_found,
            "There is no row with the id " + id.to_string() + "."};
  if (if_version != 0 && if_version != row->version)
    return {ec::version_mismatch,
            "The row is at version " + std::to_string(row->version) + "."};
  edit(*row);
  row->updated_at = at;
  ++row->version;
  return *row;
}

template <class Row, class Id>
void put_all(std::vector<Row>& rows, Id Row::*key,
             const std::vector<Row>& given) {
  for (const auto& row : given) {
    if (auto* there = find_by(rows, key, row.*key))
      *there = row;
    else
      rows.push_back(row);
  }
}

} // namespace

fallible<catalogue_content> memory_catalogue_store::load() {
  std::lock_guard guard{shared_->mutex};
  return shared_->content;
}

fallible<student> memory_catalogue_store::insert(const student& row,
                                                 timestamp at) {
  std::lock_guard guard{shared_->mutex};
  auto& rows = shared_->content.students;
  if (find_by(rows, &student::student_id, row.student_id))
    return {ec::conflict, "student_id is taken."};
  if (find_by(rows, &student::student_number, row.student_number))
    return {ec::conflict, "student_number is taken."};
  if (!row.email.empty() && find_by(rows, &student::email, row.email))
    return {ec::conflict, "email is taken."};
  return add(rows, row, at);
}

fallible<course> memory_catalogue_store::insert(const course& row,
                                                timestamp at) {
  std::lock_guard guard{shared_->mutex};
  auto& rows = shared_->content.courses;
  if (find_by(rows, &course::course_id, row.course_id))
    return {ec::conflict, "course_id is taken."};
  if (find_by(rows, &course::course_code, row.course_code))
    return {ec::conflict, "course_code is taken."};
  return add(rows, row, at);
}

fallible<semester> memory_catalogue_store::insert(const semester& row,
                                                  timestamp at) {
  std::lock_guard guard{shared_->mutex};
  auto& rows = shared_->content.semesters;
  if (find_by(rows, &semester::semester_id, row.semester_id))
    return {ec::conflict, "semester_id is taken."};
  if (find_by(rows, &semester::semester_name, row.semester_name))
    return {ec::conflict, "semester_name is taken."};
  return add(rows, row, at);
}

fallible<section> memory_catalogue_store::insert(const section& row,
                                                 timestamp at) {
  std::lock_guard guard{shared_->mutex};
  auto& content = shared_->content;
  if (!find_by(content.courses, &course::course_id, row.course_id))
    return {ec::not_found, "There is no course with this course_id."};
  if (!find_by(content.semesters, &semester::semester_id, row.semester_id))
    return {ec::not_found, "There is no semester with this semester_id."};
  if (find_by(content.sections, &section::section_id, row.section_id))
    return {ec::conflict, "section_id is taken."};
  return add(content.sections, row, at);
}

fallible<student> memory_catalogue_store::change(const change_student& x,
                                                 timestamp at) {
  std::lock_guard guard{shared_->mutex};
  auto edit = [&](student& row) {
    set(row.student_number, x.student_number);
    set(row.first_name, x.first_name);
    set(row.last_name, x.last_name);
    set(row.email, x.email);
    set(row.enrollment_status, x.enrollment_status);
  };
  return edit_row(shared_->content.students, &student::student_id, x.student_id,
                  x.if_version, at, edit);
}

fallible<course> memory_catalogue_store::change(const change_course& x,
                                                timestamp at) {
  std::lock_guard guard{shared_->mutex};
  auto edit = [&](course& row) {
    set(row.course_code, x.course_code);
    set(row.course_name, x.course_name);
    set(row.is_active, x.is_active);
  };
  return edit_row(shared_->content.courses, &course::course_id, x.course_id,
                  x.if_version, at, edit);
}

fallible<semester> memory_catalogue_store::change(const change_semester& x,
                                                  timestamp at) {
  std::lock_guard guard{shared_->mutex};
  auto edit = [&](semester& row) {
    set(row.semester_name, x.semester_name);
    set(row.start_date, x.start_date);
    set(row.end_date, x.end_date);
    set(row.registration_start, x.registration_start);
    set(row.registration_end, x.registration_end);
    set(row.is_active, x.is_active);
  };
  return edit_row(shared_->content.semesters, &semester::semester_id,
                  x.semester_id, x.if_version, at, edit);
}

fallible<done> memory_catalogue_store::put(const catalogue_content& rows,
                                           timestamp) {
  std::lock_guard guard{shared_->mutex};
  auto& content = shared_->content;
  put_all(content.students, &student::student_id, rows.students);
  put_all(content.courses, &course::course_id, rows.courses);
  put_all(content.semesters, &semester::semester_id, rows.semesters);
  put_all(content.sections, &section::section_id, rows.sections);
  return done{};
}

fallible<done> memory_catalogue_store::ping() {
  return done{};
}

} // namespace registrar
