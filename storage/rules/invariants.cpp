#include "storage/rules/invariants.hpp"

#include "storage/rules/digest.hpp"

#include <unordered_set>

namespace registrar {

namespace {

using sentences = std::vector<std::string>;

void demand(sentences& broken, bool holds, const section_id& section,
            std::string_view what) {
  if (!holds)
    broken.push_back("Section " + section.to_string() + ": "
                     + std::string{what});
}

void check_counts(sentences& broken, const section_rows& rows) {
  const auto& header = rows.header;
  demand(broken, header.enrolled == rows.roster.size(), header.section,
         "the count of enrolled is " + std::to_string(header.enrolled)
           + ", but the roster has " + std::to_string(rows.roster.size())
           + ".");
  demand(broken, header.waitlisted == rows.waitlist.size(), header.section,
         "the count of waiting is " + std::to_string(header.waitlisted)
           + ", but the line has " + std::to_string(rows.waitlist.size())
           + ".");
}

void check_rows(sentences& broken, const section_rows& rows) {
  const auto& id = rows.header.section;
  std::unordered_set<student_id> students;
  std::unordered_set<registration_id> registrations;
  auto check_once = [&](const live_row& row) {
    demand(broken, students.insert(row.student).second, id,
           "student " + row.student.to_string() + " lives twice.");
    demand(broken, registrations.insert(row.registration).second, id,
           "registration " + row.registration.to_string() + " lives twice.");
  };
  std::uint64_t last = 0;
  for (const auto& row : rows.roster) {
    check_once(row);
    demand(broken,
           row.ticket == 0 && row.sequence > last
             && row.sequence <= rows.header.sequence,
           id,
           "the roster is out of order at student " + row.student.to_string()
             + ".");
    last = row.sequence;
  }
  last = 0;
  for (const auto& row : rows.waitlist) {
    check_once(row);
    demand(broken, row.ticket > last && row.ticket <= rows.header.sequence, id,
           "the line is out of order at student " + row.student.to_string()
             + ".");
    last = row.ticket;
  }
}

} // namespace

sentences broken_invariants(const section_rows& rows) {
  sentences broken;
  check_counts(broken, rows);
  check_rows(broken, rows);
  const auto& settings = rows.header.settings;
  auto promotes = settings.is_active && !settings.is_frozen;
  demand(broken,
         !promotes || rows.waitlist.empty()
           || rows.roster.size() >= settings.total_seats,
         rows.header.section, "a seat is free beside a line.");
  return broken;
}

sentences broken_invariants(const section_rows& rows, std::uint64_t digest) {
  auto broken = broken_invariants(rows);
  demand(broken, digest_of(rows) == digest, rows.header.section,
         "the digest is not that of the rows.");
  return broken;
}

sentences broken_invariants(const section_header& before,
                            const journal_entry& next) {
  sentences broken;
  const auto& after = next.after;
  auto has_effect = next.kind != entry_kind::decided;
  demand(broken, after.sequence == before.sequence + (has_effect ? 1 : 0),
         after.section,
         "sequence " + std::to_string(after.sequence) + " follows on "
           + std::to_string(before.sequence) + ".");
  demand(broken,
         after.enrolled <= before.enrolled
           || after.enrolled <= after.settings.total_seats,
         after.section,
         "oversold: " + std::to_string(after.enrolled) + " enrolled on "
           + std::to_string(after.settings.total_seats) + " seats at sequence "
           + std::to_string(after.sequence) + ".");
  auto may_change = next.kind == entry_kind::settings_changed
                    || next.kind == entry_kind::section_created;
  demand(broken, may_change || after.settings == before.settings, after.section,
         "settings changed unsaid at sequence " + std::to_string(after.sequence)
           + ".");
  demand(broken,
         next.kind != entry_kind::settings_changed
           || after.settings.version == before.settings.version + 1,
         after.section,
         "the settings' version jumped at sequence "
           + std::to_string(after.sequence) + ".");
  return broken;
}

} // namespace registrar
