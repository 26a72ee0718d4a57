#include "storage/postgres/registration_store.hpp"

#include <functional>
#include <utility>

namespace registrar {

namespace {

constexpr auto select_cursors
  = "select section_id, last_sequence from sections where in_ledger "
    "order by section_id";

constexpr auto select_sections
  = "select section_id, total_seats, waitlist_capacity, is_active, frozen, "
    "version, last_sequence, enrolled_count from sections where in_ledger";

constexpr auto select_roster
  = "select section_id, student_id, registration_id, request_id, sequence, "
    "to_ms(registration_date) from registrations where status = 'enrolled'";

constexpr auto select_waitlist
  = "select section_id, student_id, waitlist_id, request_id, position, "
    "to_ms(timestamp) from waitlist where true";

constexpr sql_statement select_failed{"select_failed", R"(
select registration_id, section_id, failure_reason, to_ms(dropped_date)
from registrations where student_id = $1::uuid and status = 'failed'
  and dropped_date >= from_ms($2::bigint) order by dropped_date desc)"};

/// Rows fetched at once: all of a large term would not fit into one answer's
/// time and memory.
constexpr auto fetch_some = "fetch forward 10000 from some_rows";

/// Calls `take` with every row of a query, within a transaction.
fallible<done>
walk(connection& db, const std::string& query,
     const std::function<fallible<done>(const sql_rows&, std::size_t)>& take) {
  auto declared = db.execute("declare some_rows no scroll cursor for " + query);
  if (!declared)
    return declared;
  for (;;) {
    auto rows = db.query(fetch_some);
    if (!rows)
      return rows.error();
    for (std::size_t i = 0; i < rows->size(); ++i)
      if (auto taken = take(*rows, i); !taken)
        return taken;
    if (rows->size() == 0)
      return db.execute("close some_rows");
  }
}

section_rows read_section(const sql_rows& rows, std::size_t i) {
  section_rows result;
  auto& header = result.header;
  header.section = rows.id<section_id>(i, 0);
  header.settings.total_seats = static_cast<std::uint32_t>(rows.number(i, 1));
  header.settings.waitlist_capacity
    = rows.is_null(i, 2) ? unlimited
                         : static_cast<std::uint32_t>(rows.number(i, 2));
  header.settings.is_active = rows.flag(i, 3);
  header.settings.is_frozen = rows.flag(i, 4);
  header.settings.version = static_cast<std::uint64_t>(rows.number(i, 5));
  header.sequence = static_cast<std::uint64_t>(rows.number(i, 6));
  header.enrolled = static_cast<std::uint32_t>(rows.number(i, 7));
  result.next_ticket = header.sequence + 1;
  return result;
}

/// Finds the sections of rows that come in the order of the sections.
class section_walk {
public:
  explicit section_walk(std::vector<section_rows>& sections)
    : at_(sections.begin()), end_(sections.end()) {
  }

  fallible<section_rows*> find(const section_id& section) {
    while (at_ != end_ && at_->header.section < section)
      ++at_;
    if (at_ != end_ && at_->header.section == section)
      return &*at_;
    return {ec::store_corrupt, "PostgreSQL has rows of section "
                                 + section.to_string()
                                 + ", which the ledger does not have there."};
  }

private:
  std::vector<section_rows>::iterator at_, end_;
};

live_row read_row(const sql_rows& rows, std::size_t i) {
  live_row result;
  result.student = rows.id<student_id>(i, 1);
  result.registration = rows.id<registration_id>(i, 2);
  result.request = rows.id<request_id>(i, 3);
  result.since = rows.time(i, 5);
  return result;
}

} // namespace

fallible<std::vector<section_cursor>> postgres_registration_store::cursors() {
  auto rows = db_.query(select_cursors);
  if (!rows)
    return rows.error();
  std::vector<section_cursor> result;
  result.reserve(rows->size());
  for (std::size_t i = 0; i < rows->size(); ++i)
    result.push_back({rows->id<section_id>(i, 0),
                      static_cast<std::uint64_t>(rows->number(i, 1))});
  return result;
}

fallible<std::vector<section_rows>> postgres_registration_store::load() {
  return load_where("");
}

fallible<std::vector<section_rows>>
postgres_registration_store::rows(std::span<const section_id> sections) {
  sql_array ids;
  for (const auto& id : sections)
    ids.add(id);
  return load_where(" and section_id = any('" + ids.text() + "'::uuid[])");
}

fallible<std::vector<section_rows>>
postgres_registration_store::load_where(const std::string& condition) {
  std::vector<section_rows> result;
  sql_transaction snapshot{db_};
  if (auto begun = db_.begin_snapshot(); !begun)
    return begun.error();
  auto sections
    = walk(db_, select_sections + condition + " order by section_id",
           [&](const sql_rows& rows, std::size_t i) {
             result.push_back(read_section(rows, i));
             return fallible<done>{done{}};
           });
  if (!sections)
    return sections.error();
  section_walk of_roster{result};
  auto add_to_roster
    = [&](const sql_rows& rows, std::size_t i) -> fallible<done> {
    auto section = of_roster.find(rows.id<section_id>(i, 0));
    if (!section)
      return section.error();
    auto row = read_row(rows, i);
    row.sequence = static_cast<std::uint64_t>(rows.number(i, 4));
    (*section)->roster.push_back(row);
    return done{};
  };
  auto roster
    = walk(db_, select_roster + condition + " order by section_id, sequence",
           add_to_roster);
  if (!roster)
    return roster.error();
  section_walk of_line{result};
  auto add_to_line
    = [&](const sql_rows& rows, std::size_t i) -> fallible<done> {
    auto section = of_line.find(rows.id<section_id>(i, 0));
    if (!section)
      return section.error();
    auto row = read_row(rows, i);
    row.ticket = static_cast<std::uint64_t>(rows.number(i, 4));
    (*section)->waitlist.push_back(row);
    ++(*section)->header.waitlisted;
    return done{};
  };
  auto line
    = walk(db_, select_waitlist + condition + " order by section_id, position",
           add_to_line);
  if (!line)
    return line.error();
  return result;
}

fallible<std::vector<failed_registration>>
postgres_registration_store::failed_registrations(const student_id& student,
                                                  timestamp since) {
  auto rows = db_.run(select_failed, sql_values{student, since});
  if (!rows)
    return rows.error();
  std::vector<failed_registration> result;
  for (std::size_t i = 0; i < rows->size(); ++i)
    result.push_back({rows->id<registration_id>(i, 0),
                      rows->id<section_id>(i, 1), std::string{rows->text(i, 2)},
                      rows->time(i, 3)});
  return result;
}

fallible<done> postgres_registration_store::ping() {
  return db_.execute("select count(*) from ledger_id");
}

} // namespace registrar
