#pragma once

#include "cli/import_rows.hpp"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace registrar {

/// A fault with its file.
struct import_fault {
  std::string file;
  csv_fault fault;
};

/// What an import would change, worked out against what is there. Pure: reads
/// no file and writes no store; all faults come out at once.
///
/// A row that is there with the same values changes nothing; one with other
/// values is a fault unless `updates`. What the ledger owns (the seats of a
/// section that it holds) is never compared and never changed.
class import_plan {
public:
  import_plan(const catalogue_content& existing, bool updates, timestamp now);

  void add(const std::string& file, const imported_section& row);
  void add(const std::string& file, const imported_student& row);

  /// Rows to write, in one transaction.
  const catalogue_content& rows() const {
    return rows_;
  }

  const std::vector<import_fault>& faults() const {
    return faults_;
  }

  std::size_t unchanged() const {
    return unchanged_;
  }

private:
  void fault(const std::string& file, std::size_t line, std::string what);
  bool claim_names(const std::string& file, const imported_student& row);
  course course_of(const std::string& file, const imported_section& row);
  semester semester_of(const imported_section& row);

  bool updates_;
  timestamp now_;
  catalogue_content rows_;
  std::vector<import_fault> faults_;
  std::size_t unchanged_ = 0;
  std::unordered_map<student_id, student> students_;
  std::unordered_map<std::string, student_id> numbers_;
  std::unordered_map<std::string, student_id> emails_;
  std::unordered_map<std::string, course> courses_;
  std::unordered_map<std::string, semester> semesters_;
  std::unordered_map<section_id, section> sections_;
  std::map<std::string, section_id> section_names_;
};

} // namespace registrar
