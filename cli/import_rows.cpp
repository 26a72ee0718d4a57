#include "cli/import_rows.hpp"

#include "config/limits.hpp"
#include "messages/section_values.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace registrar {

namespace {

/// A table whose first row names the columns.
class named_table {
public:
  named_table(std::string_view text, std::vector<std::string> required,
              std::vector<std::string> optional)
    : table_(read_csv(text)) {
    faults = std::move(table_.faults);
    auto faults_of_text = faults.size();
    if (table_.rows.empty()) {
      faults.push_back({1, "the file is empty; the first line must name the "
                           "columns"});
      return;
    }
    auto all = required;
    all.insert(all.end(), optional.begin(), optional.end());
    const auto& header = table_.rows[0];
    for (std::size_t i = 0; i < header.cells.size(); ++i) {
      const auto& name = header.cells[i];
      if (std::find(all.begin(), all.end(), name) == all.end())
        faults.push_back(
          {header.line, "the column \"" + name + "\" is not known; remove it"});
      else if (!columns_.emplace(name, i).second)
        faults.push_back({header.line, "the column \"" + name
                                         + "\" is there twice; remove one"});
    }
    for (const auto& name : required)
      if (columns_.count(name) == 0)
        faults.push_back(
          {header.line, "the column \"" + name + "\" is missing; add it"});
    has_header_ = faults.size() == faults_of_text;
  }

  /// Calls `take` with every row that has as many cells as the header.
  template <class Take>
  void for_rows(Take take) {
    if (!has_header_)
      return;
    for (std::size_t i = 1; i < table_.rows.size(); ++i) {
      row_ = &table_.rows[i];
      if (!row_->is_sound)
        continue;
      faults_before_ = faults.size();
      if (row_->cells.size() != table_.rows[0].cells.size())
        fault("has " + std::to_string(row_->cells.size())
              + " cells, the header has "
              + std::to_string(table_.rows[0].cells.size()));
      else
        take();
    }
  }

  /// Whether the row at hand has shown no fault yet.
  bool is_sound() const {
    return faults.size() == faults_before_;
  }

  std::size_t line() const {
    return row_->line;
  }

  /// Empty where the column or the value is absent.
  std::string cell(const char* name) const {
    auto found = columns_.find(name);
    return found == columns_.end() ? "" : row_->cells[found->second];
  }

  std::string required(const char* name) {
    auto text = cell(name);
    if (text.empty())
      fault(std::string{name} + " is empty; give it");
    return text;
  }

  void fault(std::string what) {
    faults.push_back({row_->line, std::move(what)});
  }

  std::vector<csv_fault> faults;

private:
  csv_table table_;
  std::map<std::string, std::size_t> columns_;
  const csv_row* row_ = nullptr;
  std::size_t faults_before_ = 0;
  bool has_header_ = false;
};

template <class Id>
Id id_or_named(named_table& table, const char* column,
               const std::string& name) {
  auto text = table.cell(column);
  if (text.empty())
    return {uuid::named(uuid::url_namespace(), name)};
  auto id = Id::parse(text);
  if (!id)
    table.fault(std::string{column} + " \"" + text
                + "\" is no id of 8-4-4-4-12 hexadecimal digits");
  return id.value_or(Id{});
}

} // namespace

imported_rows<imported_section> read_sections(std::string_view text) {
  named_table table{text,
                    {"semester", "course_code", "course_name", "section_number",
                     "total_seats", "meetings"},
                    {"section_id", "credits"}};
  imported_rows<imported_section> result;
  table.for_rows([&] {
    imported_section row;
    row.line = table.line();
    row.semester = table.required("semester");
    row.course_code = table.required("course_code");
    row.course_name = table.cell("course_name");
    if (row.course_name.empty())
      row.course_name = row.course_code;
    row.section_number = table.required("section_number");
    row.id
      = id_or_named<section_id>(table, "section_id",
                                "registrar:section:" + row.semester + ":"
                                  + row.course_code + ":" + row.section_number);
    auto seats = table.required("total_seats");
    auto [end, error] = std::from_chars(
      seats.data(), seats.data() + seats.size(), row.total_seats);
    if (!seats.empty()
        && (error != std::errc{} || end != seats.data() + seats.size()
            || row.total_seats > limits::total_seats_max))
      table.fault("total_seats \"" + seats + "\" is no whole number from 0 to "
                  + std::to_string(limits::total_seats_max));
    row.meetings = table.cell("meetings");
    if (!is_meetings(row.meetings))
      table.fault("meetings \"" + row.meetings
                  + "\" is not like MoWeFr 10:00-10:50;Tu 14:00-15:20");
    row.credits = table.cell("credits");
    if (!row.credits.empty() && !is_decimal(row.credits))
      table.fault("credits \"" + row.credits + "\" is no decimal like 2.5");
    if (table.is_sound())
      result.rows.push_back(std::move(row));
  });
  result.faults = std::move(table.faults);
  return result;
}

imported_rows<imported_student> read_students(std::string_view text) {
  named_table table{
    text,
    {"student_number", "first_name", "last_name", "email", "enrollment_status"},
    {"student_id"}};
  imported_rows<imported_student> result;
  table.for_rows([&] {
    imported_student x;
    x.line = table.line();
    x.row.student_number = table.required("student_number");
    x.row.student_id = id_or_named<student_id>(
      table, "student_id", "registrar:student:" + x.row.student_number);
    x.row.first_name = table.cell("first_name");
    x.row.last_name = table.cell("last_name");
    x.row.email = table.cell("email");
    auto status = table.cell("enrollment_status");
    auto parsed = parse_enrollment_status(status.empty() ? "active" : status);
    if (!parsed)
      table.fault("enrollment_status \"" + status
                  + "\" is none of active, inactive, suspended, graduated, "
                    "withdrawn");
    x.row.enrollment_status = parsed.value_or(enrollment_status::active);
    if (table.is_sound())
      result.rows.push_back(std::move(x));
  });
  result.faults = std::move(table.faults);
  return result;
}

std::vector<imported_student> synthetic_students(std::size_t count) {
  std::vector<imported_student> result;
  result.reserve(count);
  for (std::size_t i = 1; i <= count; ++i) {
    auto digits = std::to_string(i);
    digits.insert(0, 7 - std::min<std::size_t>(7, digits.size()), '0');
    imported_student x;
    x.row.student_number = "S" + digits;
    x.row.student_id = {uuid::named(
      uuid::url_namespace(), "registrar:student:" + x.row.student_number)};
    x.row.first_name = "Student";
    x.row.last_name = x.row.student_number;
    result.push_back(std::move(x));
  }
  return result;
}

} // namespace registrar
