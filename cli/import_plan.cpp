#include "cli/import_plan.hpp"

#include <chrono>

namespace registrar {

namespace {

std::string name_of(const section& row) {
  return row.semester_id.to_string() + row.course_id.to_string()
         + row.section_number;
}

constexpr auto or_update = "; give --update to replace it, or correct the row";

} // namespace

import_plan::import_plan(const catalogue_content& existing, bool updates,
                         timestamp now)
  : updates_(updates), now_(now) {
  for (const auto& row : existing.students) {
    students_.emplace(row.student_id, row);
    numbers_.emplace(row.student_number, row.student_id);
    if (!row.email.empty())
      emails_.emplace(row.email, row.student_id);
  }
  for (const auto& row : existing.courses)
    courses_.emplace(row.course_code, row);
  for (const auto& row : existing.semesters)
    semesters_.emplace(row.semester_name, row);
  for (const auto& row : existing.sections) {
    sections_.emplace(row.section_id, row);
    section_names_.emplace(name_of(row), row.section_id);
  }
}

void import_plan::fault(const std::string& file, std::size_t line,
                        std::string what) {
  faults_.push_back({file, {line, std::move(what)}});
}

course import_plan::course_of(const std::string& file,
                              const imported_section& row) {
  auto found = courses_.find(row.course_code);
  if (found != courses_.end() && found->second.course_name == row.course_name)
    return found->second;
  course wanted;
  if (found != courses_.end()) {
    wanted = found->second;
    if (!updates_)
      fault(file, row.line,
            "the course " + row.course_code + " is there with the name \""
              + wanted.course_name + "\"" + or_update);
  } else {
    wanted.course_id = {uuid::named(uuid::url_namespace(),
                                    "registrar:course:" + row.course_code)};
    wanted.course_code = row.course_code;
  }
  wanted.course_name = row.course_name;
  courses_[row.course_code] = wanted;
  rows_.courses.push_back(wanted);
  return wanted;
}

semester import_plan::semester_of(const imported_section& row) {
  auto found = semesters_.find(row.semester);
  if (found != semesters_.end())
    return found->second;
  semester made;
  made.semester_id = {
    uuid::named(uuid::url_namespace(), "registrar:semester:" + row.semester)};
  made.semester_name = row.semester;
  made.registration_start = now_;
  made.registration_end = now_ + std::chrono::hours{24 * 365};
  semesters_.emplace(row.semester, made);
  rows_.semesters.push_back(made);
  return made;
}

void import_plan::add(const std::string& file, const imported_section& row) {
  section wanted;
  wanted.section_id = row.id;
  wanted.course_id = course_of(file, row).course_id;
  wanted.semester_id = semester_of(row).semester_id;
  wanted.section_number = row.section_number;
  wanted.meetings = row.meetings;
  wanted.credits = row.credits;
  wanted.settings.total_seats = row.total_seats;
  auto named = section_names_.emplace(name_of(wanted), row.id).first;
  if (named->second != row.id) {
    fault(file, row.line,
          row.course_code + " " + row.section_number + " of " + row.semester
            + " is there under the section_id " + named->second.to_string()
            + "; give that id or another section_number");
    return;
  }
  auto [at, is_new] = sections_.emplace(row.id, wanted);
  if (is_new) {
    rows_.sections.push_back(wanted);
    return;
  }
  auto& there = at->second;
  auto same_seats
    = there.in_ledger || there.settings.total_seats == row.total_seats;
  if (there.course_id == wanted.course_id
      && there.semester_id == wanted.semester_id
      && there.section_number == wanted.section_number
      && there.meetings == wanted.meetings && there.credits == wanted.credits
      && (same_seats || updates_)) {
    ++unchanged_;
    return;
  }
  if (!updates_) {
    fault(file, row.line,
          "the section " + row.id.to_string() + " is there with other values"
            + or_update);
    return;
  }
  if (name_of(there) != name_of(wanted))
    section_names_.erase(name_of(there));
  wanted.settings = there.settings;
  wanted.in_ledger = there.in_ledger;
  there = wanted;
  rows_.sections.push_back(wanted);
}

bool import_plan::claim_names(const std::string& file,
                              const imported_student& row) {
  const auto& wanted = row.row;
  auto claim = [&](auto& names, const char* column, const std::string& name) {
    if (name.empty())
      return true;
    auto holder = names.emplace(name, wanted.student_id).first->second;
    if (holder == wanted.student_id)
      return true;
    fault(file, row.line,
          std::string{"the "} + column + " " + name + " belongs to the student "
            + holder.to_string());
    return false;
  };
  return claim(numbers_, "student_number", wanted.student_number)
         && claim(emails_, "email", wanted.email);
}

void import_plan::add(const std::string& file, const imported_student& row) {
  const auto& wanted = row.row;
  if (!claim_names(file, row))
    return;
  auto [at, is_new] = students_.emplace(wanted.student_id, wanted);
  if (is_new) {
    rows_.students.push_back(wanted);
    return;
  }
  auto& there = at->second;
  if (there.student_number == wanted.student_number
      && there.first_name == wanted.first_name
      && there.last_name == wanted.last_name && there.email == wanted.email
      && there.enrollment_status == wanted.enrollment_status) {
    ++unchanged_;
    return;
  }
  if (!updates_) {
    fault(file, row.line,
          "the student " + wanted.student_number + " is there with other values"
            + or_update);
    return;
  }
  // Names that it gives up are free for the rows that follow.
  if (there.student_number != wanted.student_number)
    numbers_.erase(there.student_number);
  if (there.email != wanted.email)
    emails_.erase(there.email);
  there = wanted;
  rows_.students.push_back(wanted);
}

} // namespace registrar
