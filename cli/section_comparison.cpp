#include "cli/section_comparison.hpp"

#include "storage/rules/digest.hpp"
#include "storage/rules/invariants.hpp"
#include "storage/rules/section_state.hpp"

#include <algorithm>
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

  /// Nil where one of them does not tell it.
  void registration(const student_id& id, const registration_id& sql,
                    const registration_id& ledger) {
    if (sql != ledger && !sql.is_nil() && !ledger.is_nil())
      add(id, "under registration " + sql.to_string() + " in SQL and "
                + ledger.to_string() + " in the ledger");
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

  bool names_student() const {
    return std::any_of(found.begin(), found.end(),
                       [](const difference& x) { return !x.student.is_nil(); });
  }

  std::vector<difference> found;

private:
  section_id section_;
};

/// The entries up to SQL's cursor that follow on each other without a hole.
/// Before a hole nothing is certain: entries are let go of when their memo has
/// expired, each in its own time.
std::span<const journal_entry>
certain_entries(std::span<const journal_entry> kept, std::uint64_t cursor) {
  auto end = kept.size();
  while (end > 0 && kept[end - 1].after.sequence > cursor)
    --end;
  auto begin = end;
  while (
    begin > 0
    && (begin == end
        || kept[begin - 1].after.sequence + 1 == kept[begin].after.sequence))
    --begin;
  return kept.subspan(begin, end - begin);
}

/// The last word of some entries on each student, against SQL.
void compare_students(comparison& result, const section_rows& sql,
                      std::span<const journal_entry> entries) {
  std::unordered_map<student_id, whereabouts> expected;
  for (const auto& entry : entries)
    if (entry.after.sequence <= sql.header.sequence && !entry.student.is_nil())
      expected[entry.student] = after(entry.kind);
  auto actual = students_of(sql);
  for (const auto& [student, where] : expected) {
    auto found = actual.find(student);
    result.student(student,
                   found == actual.end() ? whereabouts::nowhere : found->second,
                   where);
  }
}

/// Adds sentences of the invariants, which name the section themselves.
void add_broken(comparison& result, const section_id& section,
                const std::vector<std::string>& sentences) {
  auto head = "Section " + section.to_string() + ": ";
  for (const auto& x : sentences)
    result.add({}, x.starts_with(head) ? x.substr(head.size()) : x);
}

/// Whether enrolments kept to the capacity of their moment, as far as entries
/// are kept.
void check_history(comparison& result, std::span<const journal_entry> kept) {
  for (std::size_t i = 1; i < kept.size(); ++i)
    if (kept[i - 1].after.sequence + 1 == kept[i].after.sequence)
      add_broken(result, kept[i].after.section,
                 broken_invariants(kept[i - 1].after, kept[i]));
}

/// SQL at its cursor against the ledger's entry of the same number.
void compare_at_cursor(comparison& result, const section_rows& sql,
                       std::span<const journal_entry> kept,
                       const journal_entry& entry) {
  result.header(sql.header, entry.after);
  if (digest_of(sql) == entry.digest || result.names_student())
    return;
  result.add({}, "the rows in SQL are not those of the ledger at sequence "
                   + std::to_string(entry.after.sequence)
                   + ": their digests differ");
  // Now that something is wrong, what older entries say is worth naming.
  compare_students(result, sql, kept);
}

/// What SQL would hold after the entries that it lacks, against the last one.
void compare_carried(comparison& result, const section_rows& sql,
                     std::span<const journal_entry> kept) {
  section_state carried{sql.header.section, 0};
  if (!carried.load(sql)) {
    result.add({}, "the rows in SQL contradict each other");
    return;
  }
  const auto& last = kept.back();
  for (const auto& entry : kept)
    if (entry.after.sequence > sql.header.sequence && !carried.take(entry)) {
      result.add({}, "the journal's entry "
                       + std::to_string(entry.after.sequence)
                       + " does not follow on what SQL holds");
      return;
    }
  result.header(carried.header(), last.after);
  if (carried.digest() != last.digest)
    result.add({}, "SQL with the entries that it lacks does not give the "
                   "ledger's digest at sequence "
                     + std::to_string(last.after.sequence));
  add_broken(result, sql.header.section, broken_invariants(carried.rows()));
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
  compare_students(result, sql, certain_entries(kept, cursor));
  for (const auto& entry : kept)
    if (entry.after.sequence == cursor)
      compare_at_cursor(result, sql, kept, entry);
  check_history(result, kept);
  if (result.found.empty())
    compare_carried(result, sql, kept);
  verdict.differences = std::move(result.found);
  return verdict;
}

section_verdict compare_with_stopped(const section_rows& sql,
                                     std::span<const journal_entry> lacking,
                                     const section_rows& ledger) {
  comparison result{sql.header.section};
  section_verdict verdict;
  auto cursor = sql.header.sequence;
  auto last = ledger.header.sequence;
  section_state carried{sql.header.section, 0};
  if (cursor > last) {
    result.add({}, "last_sequence is " + std::to_string(cursor)
                     + " in SQL, and the ledger is at " + std::to_string(last)
                     + ": it lost writes");
  } else if (sql.roster.size() != sql.header.enrolled) {
    result.add({}, "enrolled_count is " + std::to_string(sql.header.enrolled)
                     + " in SQL, which has " + std::to_string(sql.roster.size())
                     + " enrolled rows in registrations");
  } else if (!carried.load(sql)) {
    result.add({}, "the rows in SQL contradict each other");
  } else {
    for (const auto& entry : lacking)
      if (entry.after.sequence <= last && !carried.take(entry))
        break;
    if (carried.header().sequence != last)
      result.add({}, "last_sequence is " + std::to_string(cursor)
                       + " in SQL, the ledger is at " + std::to_string(last)
                       + ", and the journal lacks entries between them; the "
                         "next start carries the ledger's rows into SQL");
    verdict.lag = last - cursor;
  }
  verdict.differences = std::move(result.found);
  if (verdict.differences.empty())
    verdict.differences = compare_with_ledger(carried.rows(), ledger);
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
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
      if (a[i].student != b[i].student) {
        result.add(a[i].student, std::string{"at place "}
                                   + std::to_string(i + 1) + " of the " + list
                                   + " in SQL and elsewhere in the ledger");
        return;
      }
      result.registration(a[i].student, a[i].registration, b[i].registration);
    }
  };
  order(sql.roster, ledger.roster, "roster");
  order(sql.waitlist, ledger.waitlist, "waitlist");
  return result.found;
}

} // namespace registrar
