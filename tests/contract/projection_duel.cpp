#include "tests/contract/projection_duel.hpp"

#include "storage/rules/digest.hpp"
#include "tests/ids_of.hpp"

#include <algorithm>
#include <tuple>

namespace registrar::test {

namespace {

/// The port promises no order.
std::vector<failed_registration> failed_of(side& x, const student_id& student,
                                           timestamp since) {
  auto result = must(x.sql().failed_registrations(student, since));
  std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) {
    return std::tie(a.at, a.registration) < std::tie(b.at, b.registration);
  });
  return result;
}

bool is_same(const failed_registration& x, const failed_registration& y) {
  return x.registration == y.registration && x.section == y.section
         && x.reason == y.reason && x.at == y.at;
}

} // namespace

projection_duel::projection_duel(const back_end_kind& kind, std::uint64_t round)
  : model_(reference_back_end()), other_(kind), script_(round),
    random_(script_.random) {
  script_.owner = {1, 1};
  must(model_.ledger().fence(script_.owner));
}

void projection_duel::step() {
  auto kind = random_.below(30);
  if (kind < 8 || history_.empty())
    write_history();
  else if (kind < 22)
    apply();
  else if (kind < 24)
    contradict();
  else if (kind < 26)
    project();
  else if (kind < 28)
    notify();
  else
    start_again();
  compare();
}

void projection_duel::write_history() {
  for (auto left = 1 + random_.below(4); left > 0; --left) {
    script_.pass_time();
    auto batches = script_.batches();
    auto decided = model_.ledger().execute(batches, script_.now);
    script_.learn(batches, decided);
    for (const auto& x : decided)
      for (const auto& entry : x.entries)
        if (entry.kind != entry_kind::decided)
          history_[entry.after.section].push_back(entry);
  }
}

void projection_duel::apply() {
  std::vector<std::vector<journal_entry>> parts;
  for (const auto& [section, entries] : history_)
    if (random_.one_in(2))
      parts.push_back(some_of(section));
  apply(mixed(std::move(parts)));
}

void projection_duel::apply(const std::vector<journal_entry>& batch) {
  ++taken["apply"];
  auto expected = must(model_.sql().apply(batch));
  auto applied = must(other_.sql().apply(batch));
  REQUIRE(applied.cursors == expected.cursors);
  REQUIRE(applied.gaps == expected.gaps);
  if (!applied.gaps.empty())
    ++taken["gap"];
}

/// A second life of a student who is there, behind entries that are sound.
void projection_duel::contradict() {
  auto rows = must(model_.sql().load());
  std::erase_if(rows, [](const auto& x) { return x.roster.empty(); });
  if (rows.empty())
    return;
  ++taken["contradiction"];
  const auto& section = rows[random_.below(rows.size())];
  journal_entry second;
  second.kind = entry_kind::enrolled;
  second.after = section.header;
  ++second.after.sequence;
  ++second.after.enrolled;
  second.after.settings.total_seats = second.after.enrolled;
  second.at = script_.now;
  second.request = id<request_id>(9'000'000);
  second.registration = id<registration_id>(9'000'000);
  second.student = section.roster.front().student;
  std::vector<std::vector<journal_entry>> parts;
  for (const auto& [other, entries] : history_)
    if (other != section.header.section)
      parts.push_back(some_of(other));
  auto batch = mixed(std::move(parts));
  batch.push_back(second);
  for (auto* x : {&model_, &other_}) {
    auto refused = x->sql().apply(batch);
    REQUIRE_FALSE(refused);
    REQUIRE(refused.error().code == ec::conflict);
  }
}

void projection_duel::project() {
  ++taken["project"];
  auto at = history_.begin();
  std::advance(at, random_.below(history_.size()));
  auto rows = must(model_.ledger().rows({&at->first, 1}));
  for (auto* x : {&model_, &other_})
    must(x->sql().project(rows.at(0)));
}

void projection_duel::notify() {
  notification notice;
  notice.student = id<student_id>(1);
  notice.section = id<section_id>(1);
  notice.registration = id<registration_id>(1 + random_.below(3));
  notice.kind = "promoted";
  notice.at = script_.now;
  for (auto* x : {&model_, &other_})
    must(x->sql().notify({&notice, 1}));
}

void projection_duel::start_again() {
  ++taken["start again"];
  auto how = random_.one_in(2) ? &side::reopen : &side::crash;
  for (auto* x : {&model_, &other_})
    (x->*how)();
}

void projection_duel::compare_some_of(const std::vector<section_rows>& all) {
  std::vector<section_id> wanted{id<section_id>(999)};
  std::vector<section_rows> expected;
  for (const auto& x : all)
    if (random_.one_in(2)) {
      wanted.push_back(x.header.section);
      expected.push_back(x);
    }
  REQUIRE(must(other_.sql().rows(wanted)) == expected);
}

void projection_duel::compare() {
  auto cursors = must(other_.sql().cursors());
  REQUIRE(cursors == must(model_.sql().cursors()));
  auto rows = must(other_.sql().load());
  REQUIRE(rows == must(model_.sql().load()));
  REQUIRE(rows.size() == cursors.size());
  compare_some_of(rows);
  for (const auto& x : rows) {
    const auto& last = history_[x.header.section].at(x.header.sequence - 1);
    REQUIRE(x.header == last.after);
    REQUIRE(digest_of(x) == last.digest);
  }
  auto student = id<student_id>(1 + random_.below(students_max));
  auto since = script_.now - std::chrono::hours{random_.below(40)};
  auto failed = failed_of(other_, student, since);
  auto expected = failed_of(model_, student, since);
  REQUIRE(std::equal(failed.begin(), failed.end(), expected.begin(),
                     expected.end(), is_same));
  if (!failed.empty())
    ++taken["failed registration"];
}

std::uint64_t projection_duel::cursor_of(const section_id& section) {
  for (const auto& cursor : must(model_.sql().cursors()))
    if (cursor.section == section)
      return cursor.last_sequence;
  return 0;
}

/// From somewhere at or before the cursor on; now and then from behind it, or
/// with a hole.
std::vector<journal_entry> projection_duel::some_of(const section_id& section) {
  const auto& all = history_[section];
  auto cursor = cursor_of(section);
  auto from = cursor - std::min<std::uint64_t>(cursor, random_.below(6));
  if (random_.one_in(10))
    from = cursor + random_.below(3);
  from = std::min<std::uint64_t>(from, all.size());
  auto to = std::min<std::uint64_t>(all.size(), from + random_.below(20));
  std::vector<journal_entry> result{
    all.begin() + static_cast<std::ptrdiff_t>(from),
    all.begin() + static_cast<std::ptrdiff_t>(to)};
  if (random_.one_in(10) && !result.empty())
    result.erase(result.begin()
                 + static_cast<std::ptrdiff_t>(random_.below(result.size())));
  return result;
}

/// Each part in its order, all of them in any.
std::vector<journal_entry>
projection_duel::mixed(std::vector<std::vector<journal_entry>> parts) {
  std::vector<journal_entry> result;
  std::vector<std::size_t> taken_of(parts.size());
  std::erase_if(parts, [](const auto& x) { return x.empty(); });
  while (!parts.empty()) {
    auto i = random_.below(parts.size());
    result.push_back(parts[i][taken_of[i]++]);
    if (taken_of[i] < parts[i].size())
      continue;
    auto gone = static_cast<std::ptrdiff_t>(i);
    parts.erase(parts.begin() + gone);
    taken_of.erase(taken_of.begin() + gone);
  }
  return result;
}

} // namespace registrar::test
