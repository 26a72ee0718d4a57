#include "actors/catalogue_view.hpp"

#include "config/limits.hpp"

#include <algorithm>

namespace registrar {

namespace {

catalogue_view::time_point now() {
  return std::chrono::steady_clock::now();
}

/// Rows of a name index after `query.after`, at most `query.limit`.
template <class Row, class Names, class Rows>
std::vector<Row> page_of(const Names& names, const Rows& rows,
                         const list_rows& query) {
  std::vector<Row> result;
  auto at
    = query.after.empty() ? names.begin() : names.upper_bound(query.after);
  for (; at != names.end() && result.size() < query.limit; ++at)
    result.push_back(rows.at(at->second));
  return result;
}

template <class Row, class Rows, class Id>
fallible<Row> row_of(const Rows& rows, const Id& id, bool knows_all,
                     const char* what) {
  auto found = rows.find(id);
  if (found != rows.end())
    return found->second;
  if (!knows_all)
    return {ec::dependency_unavailable,
            "The catalogue cannot be read from SQL at present."};
  return {ec::not_found, std::string{"There is no "} + what + " with the id "
                           + id.to_string() + "."};
}

/// Replaces a row and keeps the index of its natural name.
template <class Rows, class Names, class Row, class Id>
void put_row(Rows& rows, Names& names, const Row& row, const Id& id,
             std::string Row::*name) {
  auto [at, is_new] = rows.try_emplace(id, row);
  if (!is_new) {
    names.erase(at->second.*name);
    at->second = row;
  }
  names[row.*name] = id;
}

} // namespace

bool catalogue_view::is_loaded() const {
  std::shared_lock guard{mutex_};
  return is_loaded_;
}

bool catalogue_view::knows_all(time_point now) const {
  std::shared_lock guard{mutex_};
  return knows_all_now(now);
}

bool catalogue_view::knows_all_now(time_point now) const {
  return is_loaded_
         && (!confirmed_ || now - *confirmed_ < limits::catalogue_trusted_for);
}

void catalogue_view::confirm(time_point asked) {
  std::unique_lock guard{mutex_};
  confirmed_ = asked;
}

catalogue_view::standing
catalogue_view::standing_of(const student_id& id) const {
  std::shared_lock guard{mutex_};
  auto found = students_.find(id);
  if (found == students_.end())
    return standing::unknown;
  return found->second.enrollment_status == enrollment_status::active
           ? standing::active
           : standing::inactive;
}

catalogue_view::section_facts
catalogue_view::facts_of(const section_id& id) const {
  std::shared_lock guard{mutex_};
  auto found = sections_.find(id);
  if (found == sections_.end())
    return {};
  const auto& row = found->second.section;
  const auto& semester = semesters_.at(row.semester_id);
  return {true, courses_.at(row.course_id).is_active, semester.is_active,
          semester.registration_start, semester.registration_end};
}

catalogue_view::section_origin
catalogue_view::origin_of(const section_id& id) const {
  std::shared_lock guard{mutex_};
  auto found = sections_.find(id);
  if (found == sections_.end())
    return {};
  const auto& row = found->second.section;
  return {true, row.in_ledger, row.settings};
}

fallible<section_view> catalogue_view::find(const section_id& id) const {
  std::shared_lock guard{mutex_};
  auto row
    = row_of<section_row>(sections_, id, knows_all_now(now()), "section");
  if (!row)
    return row.error();
  return view_of(*row);
}

fallible<student> catalogue_view::find(const student_id& id) const {
  std::shared_lock guard{mutex_};
  return row_of<student>(students_, id, knows_all_now(now()), "student");
}

fallible<course> catalogue_view::find(const course_id& id) const {
  std::shared_lock guard{mutex_};
  return row_of<course>(courses_, id, knows_all_now(now()), "course");
}

fallible<semester> catalogue_view::find(const semester_id& id) const {
  std::shared_lock guard{mutex_};
  return row_of<semester>(semesters_, id, knows_all_now(now()), "semester");
}

section_view catalogue_view::view_of(const section_row& row) const {
  const auto& course = courses_.at(row.section.course_id);
  return {row.section, semesters_.at(row.section.semester_id).semester_name,
          course.course_code, course.course_name, row.header};
}

bool catalogue_view::matches(const section_row& row,
                             const list_sections& query) const {
  const auto& section = row.section;
  if (!query.semester.empty()
      && semesters_.at(section.semester_id).semester_name != query.semester)
    return false;
  if (!query.course.empty()
      && courses_.at(section.course_id).course_code != query.course)
    return false;
  auto has_free_seat = section_status(row.header) == "open";
  return !query.open || *query.open == has_free_seat;
}

section_page catalogue_view::list_by_ids(const list_sections& query) const {
  section_page page;
  std::map<list_key, const section_row*> wanted;
  for (const auto& id : query.ids)
    if (auto found = sections_.find(id); found != sections_.end())
      wanted.emplace(key_of(found->second.section), &found->second);
  auto last = sections_.find(query.after);
  auto at = last == sections_.end()
              ? wanted.begin()
              : wanted.upper_bound(key_of(last->second.section));
  for (; at != wanted.end(); ++at) {
    if (!matches(*at->second, query))
      continue;
    if (page.sections.size() == query.limit) {
      page.next = page.sections.back().section.section_id;
      break;
    }
    page.sections.push_back(view_of(*at->second));
  }
  return page;
}

section_page catalogue_view::list(const list_sections& query) const {
  std::shared_lock guard{mutex_};
  if (!query.ids.empty())
    return list_by_ids(query);
  section_page page;
  auto last = sections_.find(query.after);
  auto at = last != sections_.end()
              ? order_.upper_bound(key_of(last->second.section))
              : order_.lower_bound({query.semester, "", "", {}});
  for (; at != order_.end(); ++at) {
    if (!query.semester.empty() && std::get<0>(at->first) != query.semester)
      break;
    const auto& row = sections_.at(at->second);
    if (!matches(row, query))
      continue;
    if (page.sections.size() == query.limit) {
      page.next = page.sections.back().section.section_id;
      break;
    }
    page.sections.push_back(view_of(row));
  }
  return page;
}

std::vector<student>
catalogue_view::list_students(const list_rows& query) const {
  std::shared_lock guard{mutex_};
  return page_of<student>(student_numbers_, students_, query);
}

std::vector<course> catalogue_view::list_courses(const list_rows& query) const {
  std::shared_lock guard{mutex_};
  return page_of<course>(course_codes_, courses_, query);
}

std::vector<semester>
catalogue_view::list_semesters(const list_rows& query) const {
  std::shared_lock guard{mutex_};
  return page_of<semester>(semester_names_, semesters_, query);
}

std::vector<std::uint64_t>
catalogue_view::sequences_of(const std::vector<section_id>& ids) const {
  std::shared_lock guard{mutex_};
  std::vector<std::uint64_t> result;
  result.reserve(ids.size());
  for (const auto& id : ids) {
    auto found = sections_.find(id);
    result.push_back(found == sections_.end() ? 0
                                              : found->second.header.sequence);
  }
  return result;
}

std::pair<std::string, std::string>
catalogue_view::names_of(const section_id& id) const {
  std::shared_lock guard{mutex_};
  auto found = sections_.find(id);
  if (found == sections_.end())
    return {};
  const auto& row = found->second.section;
  return {courses_.at(row.course_id).course_code, row.section_number};
}

std::vector<std::pair<student_id, bool>> catalogue_view::standings() const {
  std::shared_lock guard{mutex_};
  std::vector<std::pair<student_id, bool>> result;
  result.reserve(students_.size());
  for (const auto& [id, row] : students_)
    result.emplace_back(id, row.enrollment_status == enrollment_status::active);
  return result;
}

std::vector<std::pair<student_id, bool>>
catalogue_view::inactive_students() const {
  std::shared_lock guard{mutex_};
  std::vector<std::pair<student_id, bool>> result;
  for (const auto& [id, row] : students_)
    if (row.enrollment_status != enrollment_status::active)
      result.emplace_back(id, false);
  return result;
}

catalogue_view::list_key
catalogue_view::key_of(const registrar::section& row) const {
  return {semesters_.at(row.semester_id).semester_name,
          courses_.at(row.course_id).course_code, row.section_number,
          row.section_id};
}

void catalogue_view::load(catalogue_content content) {
  std::unique_lock guard{mutex_};
  for (const auto& row : content.students)
    put_row(students_, student_numbers_, row, row.student_id,
            &student::student_number);
  for (const auto& row : content.courses)
    put_row(courses_, course_codes_, row, row.course_id, &course::course_code);
  for (const auto& row : content.semesters)
    put_row(semesters_, semester_names_, row, row.semester_id,
            &semester::semester_name);
  for (const auto& row : content.sections)
    put_section(row);
  is_loaded_ = true;
}

void catalogue_view::put(const student& row) {
  std::unique_lock guard{mutex_};
  put_row(students_, student_numbers_, row, row.student_id,
          &student::student_number);
}

void catalogue_view::put(const course& row) {
  std::unique_lock guard{mutex_};
  put_row(courses_, course_codes_, row, row.course_id, &course::course_code);
  rebuild_order();
}

void catalogue_view::put(const semester& row) {
  std::unique_lock guard{mutex_};
  put_row(semesters_, semester_names_, row, row.semester_id,
          &semester::semester_name);
  rebuild_order();
}

void catalogue_view::put(const section& row) {
  std::unique_lock guard{mutex_};
  put_section(row);
}

void catalogue_view::put_section(const registrar::section& row) {
  section_header header{row.section_id, row.settings, row.last_sequence,
                        row.enrolled_count, row.waitlisted_count};
  auto [at, is_new]
    = sections_.try_emplace(row.section_id, section_row{row, header});
  if (!is_new) {
    order_.erase(key_of(at->second.section));
    auto in_ledger = row.in_ledger || at->second.section.in_ledger;
    at->second.section = row;
    // SQL may hear of it later than the ledger.
    at->second.section.in_ledger = in_ledger;
    if (header.sequence > at->second.header.sequence)
      at->second.header = header;
  }
  order_[key_of(row)] = row.section_id;
}

void catalogue_view::rebuild_order() {
  order_.clear();
  for (const auto& [id, row] : sections_)
    order_.emplace(key_of(row.section), id);
}

void catalogue_view::refresh(const std::vector<section_header>& headers) {
  std::unique_lock guard{mutex_};
  for (const auto& header : headers) {
    auto found = sections_.find(header.section);
    if (found == sections_.end()
        || header.sequence < found->second.header.sequence)
      continue;
    found->second.header = header;
    found->second.section.in_ledger = header.sequence > 0;
  }
}

} // namespace registrar
