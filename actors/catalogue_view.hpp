#pragma once

#include "messages/catalogue.hpp"
#include "messages/service_meters.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <tuple>
#include <unordered_map>

namespace registrar {

/// Students and catalogue, whole, in memory (DESIGN 3.4). Rows are written by
/// the catalogue actor only, after its store, headers by whoever hears of newer
/// ones; read by the broker, the sections' supervisor, the event feed and the
/// gateway from their threads.
class catalogue_view {
public:
  enum class standing { unknown, active, inactive };

  /// What admission to a section needs; nothing is copied that it does not.
  struct section_facts {
    bool is_known = false;
    bool course_is_active = false;
    bool semester_is_active = false;
    timestamp opens{};
    timestamp closes{};
  };

  /// What a section's actor starts from.
  struct section_origin {
    bool is_known = false;
    bool in_ledger = false;
    section_settings initial;
  };

  // -- reading ----------------------------------------------------------------

  using time_point = std::chrono::steady_clock::time_point;

  bool is_loaded() const;
  /// Whether an id that is not here does not exist: false until the first load,
  /// and while a SQL that others change too could not be asked for a while.
  bool knows_all(time_point now = std::chrono::steady_clock::now()) const;
  standing standing_of(const student_id& id) const;
  section_facts facts_of(const section_id& id) const;
  section_origin origin_of(const section_id& id) const;

  fallible<section_view> find(const section_id& id) const;
  fallible<student> find(const student_id& id) const;
  fallible<course> find(const course_id& id) const;
  fallible<semester> find(const semester_id& id) const;

  section_page list(const list_sections& query) const;
  /// At most `limit` whose course, course name, number or id has `text` in it;
  /// first those that begin with it.
  std::vector<section_view> search(const std::string& text,
                                   std::uint32_t limit) const;
  std::vector<student> list_students(const list_rows& query) const;
  std::vector<course> list_courses(const list_rows& query) const;
  std::vector<semester> list_semesters(const list_rows& query) const;

  /// Of each, as far as the view has heard; 0 for one that is not here.
  std::vector<std::uint64_t>
  sequences_of(const std::vector<section_id>& ids) const;

  /// `course_code` and `section_number` where the id is known.
  std::pair<std::string, std::string> names_of(const section_id& id) const;

  /// Everybody, and whether active.
  std::vector<std::pair<student_id, bool>> standings() const;

  /// All who are not active, for the ledger at start.
  std::vector<std::pair<student_id, bool>> inactive_students() const;

  /// Of the catalogue: students, sections by state, seats.
  service_census census() const;

  // -- writing (catalogue actor) ----------------------------------------------

  void load(catalogue_content content);
  void put(const student& row);
  void put(const course& row);
  void put(const semester& row);
  void put(const section& row);
  /// SQL was asked at `asked` and had nothing that is not here; say so again
  /// within `limits::catalogue_trusted_for`. Never called: it need not.
  void confirm(time_point asked);
  /// Headers that are older than what is here are skipped.
  void refresh(const std::vector<section_header>& headers);

private:
  struct section_row {
    registrar::section section;
    section_header header;
  };

  /// Order of lists: semester name, course code, section number, id.
  using list_key
    = std::tuple<std::string, std::string, std::string, section_id>;

  bool knows_all_now(time_point now) const;
  section_view view_of(const section_row& row) const;
  list_key key_of(const registrar::section& row) const;
  bool matches(const section_row& row, const list_sections& query) const;
  section_page list_by_ids(const list_sections& query) const;
  void put_section(const registrar::section& row);
  void rebuild_order();

  mutable std::shared_mutex mutex_;
  bool is_loaded_ = false;
  std::optional<time_point> confirmed_;
  std::unordered_map<student_id, student> students_;
  std::map<std::string, student_id> student_numbers_;
  std::unordered_map<course_id, course> courses_;
  std::map<std::string, course_id> course_codes_;
  std::unordered_map<semester_id, semester> semesters_;
  std::map<std::string, semester_id> semester_names_;
  std::unordered_map<section_id, section_row> sections_;
  std::map<list_key, section_id> order_;
};

} // namespace registrar
