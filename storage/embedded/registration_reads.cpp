#include "storage/embedded/registration_store.hpp"
#include "storage/embedded/unknown_section.hpp"

namespace registrar {

namespace {

constexpr auto select_sections
  = "select section_id, total_seats, waitlist_capacity, is_active, frozen, "
    "version, last_sequence, enrolled_count from sections where in_ledger = 1 "
    "order by section_id";

constexpr auto select_roster
  = "select section_id, student_id, registration_id, request_id, sequence, "
    "registration_date from registrations where status = 'enrolled' "
    "order by section_id, sequence";

constexpr auto select_waitlist
  = "select section_id, student_id, waitlist_id, request_id, position, "
    "timestamp from waitlist order by section_id, position";

constexpr auto select_failed
  = "select registration_id, section_id, failure_reason, dropped_date "
    "from registrations where student_id = ?1 and status = 'failed' "
    "and dropped_date >= ?2 order by dropped_date desc";

} // namespace

fallible<std::vector<section_cursor>> embedded_registration_store::cursors() {
  auto query = db_.prepare("select section_id, last_sequence from sections "
                           "where in_ledger = 1 order by section_id");
  if (!query)
    return query.error();
  std::vector<section_cursor> result;
  for (;;) {
    auto more = query->step();
    if (!more)
      return more.error();
    if (!*more)
      return result;
    result.push_back(
      {query->id<section_id>(0), static_cast<std::uint64_t>(query->number(1))});
  }
}

fallible<std::vector<section_rows>> embedded_registration_store::load() {
  // One read transaction is one snapshot.
  if (auto begun = db_.execute("begin"); !begun)
    return begun.error();
  struct ender {
    database& db;
    ~ender() {
      // Nothing was written: there is nothing that could fail to be kept.
      static_cast<void>(db.execute("rollback"));
    }
  } end{db_};
  auto query = db_.prepare(select_sections);
  if (!query)
    return query.error();
  std::vector<section_rows> result;
  for (;;) {
    auto more = query->step();
    if (!more)
      return more.error();
    if (!*more)
      break;
    section_rows rows;
    auto& header = rows.header;
    header.section = query->id<section_id>(0);
    header.settings.total_seats = static_cast<std::uint32_t>(query->number(1));
    header.settings.waitlist_capacity
      = query->is_null(2) ? unlimited
                          : static_cast<std::uint32_t>(query->number(2));
    header.settings.is_active = query->number(3) != 0;
    header.settings.is_frozen = query->number(4) != 0;
    header.settings.version = static_cast<std::uint64_t>(query->number(5));
    header.sequence = static_cast<std::uint64_t>(query->number(6));
    header.enrolled = static_cast<std::uint32_t>(query->number(7));
    rows.next_ticket = header.sequence + 1;
    result.push_back(std::move(rows));
  }
  if (auto roster = load_roster(result); !roster)
    return roster.error();
  if (auto line = load_waitlist(result); !line)
    return line.error();
  return result;
}

fallible<done>
embedded_registration_store::load_roster(std::vector<section_rows>& sections) {
  auto query = db_.prepare(select_roster);
  if (!query)
    return query.error();
  auto at = sections.begin();
  for (;;) {
    auto more = query->step();
    if (!more)
      return more.error();
    if (!*more)
      return done{};
    auto section = query->id<section_id>(0);
    while (at != sections.end() && at->header.section < section)
      ++at;
    if (at == sections.end() || at->header.section != section)
      return unknown_section(section);
    at->roster.push_back(
      {query->id<student_id>(1), query->id<registration_id>(2),
       query->id<request_id>(3), static_cast<std::uint64_t>(query->number(4)),
       0, query->time(5)});
  }
}

fallible<done> embedded_registration_store::load_waitlist(
  std::vector<section_rows>& sections) {
  auto query = db_.prepare(select_waitlist);
  if (!query)
    return query.error();
  auto at = sections.begin();
  for (;;) {
    auto more = query->step();
    if (!more)
      return more.error();
    if (!*more)
      return done{};
    auto section = query->id<section_id>(0);
    while (at != sections.end() && at->header.section < section)
      ++at;
    if (at == sections.end() || at->header.section != section)
      return unknown_section(section);
    at->waitlist.push_back(
      {query->id<student_id>(1), query->id<registration_id>(2),
       query->id<request_id>(3), 0,
       static_cast<std::uint64_t>(query->number(4)), query->time(5)});
    at->header.waitlisted = static_cast<std::uint32_t>(at->waitlist.size());
  }
}

fallible<std::vector<failed_registration>>
embedded_registration_store::failed_registrations(const student_id& student,
                                                  timestamp since) {
  auto query = db_.prepare(select_failed);
  if (!query)
    return query.error();
  query->bind(1, student).bind(2, since);
  std::vector<failed_registration> result;
  for (;;) {
    auto more = query->step();
    if (!more)
      return more.error();
    if (!*more)
      return result;
    result.push_back({query->id<registration_id>(0), query->id<section_id>(1),
                      std::string{query->text(2)}, query->time(3)});
  }
}

fallible<done> embedded_registration_store::ping() {
  auto answered = db_.ask("select count(*) from ledger_id");
  if (!answered)
    return answered.error();
  return done{};
}

} // namespace registrar
