#include "cli/section_comparison.hpp"

#include "storage/rules/digest.hpp"
#include "storage/rules/invariants.hpp"
#include "storage/rules/section_state.hpp"

#include <map>
#include <unordered_map>

namespace registrar {

namespace {

/// Where a student is, in words.
enum class whereabouts { nowhere, enrolled, waiting };

const char* to_words(whereabouts where) {
  switch (where) {
    case whereabouts::enrolled: return "enrolled";
    case whereabouts::waiting: return "on the waitlist";
    default: return "in neither list";
  }
}

using student_map = std::map<student_id, whereabouts>;

student_map students_of(const section_rows& rows) {
  student_map result;
  for (const auto& row : rows.roster)
    result[row.student] = whereabouts::enrolled;
  for (const auto& row : rows.waitlist)
    result[row.student] = whereabouts::waiting;
  return result;
}

whereabouts after(entry_kind kind) {
  switch (kind) {
    case entry_kind::enrolled:
    case entry_kind::promoted: return whereabouts::enrolled;
    case entry_kind::waitlisted: return whereabouts::waiting;
    default: return whereabouts::nowhere;
  }
}

class comparison {
public:
  explicit comparison(const section_id& section) : section_(section) {
  }

  void add(const student_id& student, std::string what) {
    found.push_back({section_, student, std::move(what)});
  }

  void number(const char* column, std::uint64_t sql, std::uint64_t ledger) {
    if (sql != ledger)
      add({}, std::string{column} + " is " + std::to_string(sql)
                + " in SQL and " + std::to_string(ledger) + " in the ledger");
  }

  void student(const student_id& id, whereabouts sql, whereabouts ledger) {
    if (sql != ledger)
      add(id, std::string{to_words(sql)} + " in SQL and " + to_words(ledger)
                + " in the ledger");
  }

  void header(const section_header& sql, const section_header& ledger) {
    number("total_seats", sql.settings.total_seats,
           ledger.settings.total_seats);
    number("waitlist_capacity", sql.settings.waitlist_capacity,
           ledger.settings.waitlist_capacity);
    number("is_active", sql.settings.is_active, ledger.settings.is_active);
    number("frozen", sql.settings.is_frozen, ledger.settings.is_frozen);
    number("version", sql.settings.version, ledger.settings.version);
    number("enrolled_count", sql.enrolled, ledger.enrolled);
    number("rows in waitlist", sql.waitlisted, ledger.waitlisted);
  }

  std::vector<difference> found;

private:
  section_id section_;
};

/// The kept window's last word on each student, up to SQL's cursor. Where an
/// entry was trimmed out of the window, what was known before it is void.
void compare_students(comparison& result, const section_rows& sql,
                      std::span<const journal_entry> kept) {
  std::unordered_map<student_id, whereabouts> expected;
  std::uint64_t before = 0;
  for (const auto& entry : kept) {
    if (entry.after.sequence > sql.header.sequence)
      break;
    if (entry.after.sequence != before + 1)
      expected.clear();
    before = entry.after.sequence;
    if (!entry.student.is_nil())
      expected[entry.student] = after(entry.kind);
  }
  auto actual = students_of(sql);
  for (const auto& [student, where] : expected) {
    auto found = actual.find(student);
    result.student(student,
                   found == actual.end() ? whereabouts::nowhere : found->second,
                   where);
  }
}

} // namespace

section_verdict compare_with_journal(const section_rows& sql,
                                     std::span<const journal_entry> kept) {
  comparison result{sql.header.section};
  section_verdict verdict;
  auto cursor = sql.header.sequence;
  if (kept.empty() || kept.back().after.sequence < cursor) {
    auto last = kept.empty() ? 0 : kept.back().after.sequence;
    if (cursor > last)
      result.add({}, "last_sequence is " + std::to_string(cursor)
                       + " in SQL, and the journal ends at "
                       + std::to_string(last));
    verdict.differences = std::move(result.found);
    return verdict;
  }
  verdict.lag = kept.back().after.sequence - cursor;
  if (sql.roster.size() != sql.header.enrolled)
    result.add({}, "enrolled_count is " + std::to_string(sql.header.enrolled)
                     + " in SQL, which has " + std::to_string(sql.roster.size())
                     + " enrolled rows in registrations");
  compare_students(result, sql, kept);
  section_state carried{sql.header.section, 0};
  auto is_sound = carried.load(sql);
  for (const auto& entry : kept) {
    if (entry.after.sequence < cursor)
      continue;
    if (entry.after.sequence == cursor) {
      result.header(sql.header, entry.after);
      if (result.found.empty() && digest_of(sql) != entry.digest)
        result.add({}, "the rows in SQL are not those of the ledger at "
                       "sequence "
                         + std::to_string(cursor) + ": their digests differ");
    } else if (is_sound && result.found.empty()) {
      is_sound = carried.take(entry);
      if (!is_sound)
        result.add({}, "the journal's entry "
                         + std::to_string(entry.after.sequence)
                         + " does not follow on what SQL holds");
    }
  }
  const auto& last = kept.back();
  if (result.found.empty() && is_sound && verdict.lag > 0) {
    result.header(carried.header(), last.after);
    if (carried.digest() != last.digest)
      result.add({}, "SQL with the entries that it lacks does not give the "
                     "ledger's digest at sequence "
                       + std::to_string(last.after.sequence));
  }
  if (result.found.empty() && !is_sound)
    result.add({}, "the rows in SQL contradict each other");
  verdict.differences = std::move(result.found);
  return verdict;
}

std::vector<difference> compare_with_ledger(const section_rows& sql,
                                            const section_rows& ledger) {
  comparison result{sql.header.section};
  result.header(sql.header, ledger.header);
  auto in_sql = students_of(sql);
  auto in_ledger = students_of(ledger);
  for (const auto& [student, where] : in_ledger) {
    auto found = in_sql.find(student);
    result.student(student,
                   found == in_sql.end() ? whereabouts::nowhere : found->second,
                   where);
  }
  for (const auto& [student, where] : in_sql)
    if (in_ledger.find(student) == in_ledger.end())
      result.student(student, where, whereabouts::nowhere);
  if (!result.found.empty())
    return result.found;
  auto order = [&](const auto& a, const auto& b, const char* list) {
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
      if (a[i].student != b[i].student) {
        result.add(a[i].student, std::string{"at place "}
                                   + std::to_string(i + 1) + " of the " + list
                                   + " in SQL and elsewhere in the ledger");
        return;
      }
  };
  order(sql.roster, ledger.roster, "roster");
  order(sql.waitlist, ledger.waitlist, "waitlist");
  return result.found;
}

} // namespace registrar
