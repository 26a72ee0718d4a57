#include "tests/contract/ledger_duel.hpp"

#include "storage/rules/digest.hpp"
#include "storage/rules/invariants.hpp"
#include "tests/ids_of.hpp"

#include <algorithm>

namespace registrar::test {

namespace {

/// Entries that SQL has, kept to be delivered again.
constexpr std::size_t redelivered_max = 20;

std::vector<student_id> all_students() {
  std::vector<student_id> result;
  for (std::uint64_t i = 1; i <= students_max; ++i)
    result.push_back(id<student_id>(i));
  return result;
}

/// The same but for the words of a failure, which are the adapter's own.
void check_same(const batch_decided& x, const batch_decided& y) {
  REQUIRE(x.error.code == y.error.code);
  REQUIRE(x.header == y.header);
  REQUIRE(x.outcomes == y.outcomes);
}

void check_sound(const std::vector<std::string>& broken) {
  REQUIRE_MESSAGE(broken.empty(), (broken.empty() ? "" : broken.front()));
}

bool has_memo(const journal_entry& entry) {
  return entry.memo.status != seat_status::undecided;
}

} // namespace

ledger_duel::ledger_duel(const back_end_kind& kind, std::uint64_t round)
  : has_one_journal_(kind.has_one_journal), model_(reference_back_end()),
    other_(kind), script_(round), random_(script_.random) {
}

void ledger_duel::step() {
  script_.pass_time();
  auto kind = random_.below(40);
  if (script_.owner.number == 0 && random_.one_in(2))
    fence();
  else if (kind < 22)
    execute();
  else if (kind < 24)
    fence();
  else if (kind < 27)
    change_standing();
  else if (kind < 34)
    carry_to_sql();
  else if (kind < 37)
    trim();
  else
    start_again();
  compare_state();
}

void ledger_duel::execute() {
  if (random_.one_in(2)) {
    execute_once();
    return;
  }
  ++taken["group"];
  for (auto* x : {&model_, &other_})
    must(x->group().open());
  for (auto left = random_.below(4); left > 0; --left)
    execute_once();
  for (auto* x : {&model_, &other_})
    must(x->group().commit());
}

void ledger_duel::execute_once() {
  ++taken["execute"];
  auto batches = script_.batches();
  auto expected = model_.ledger().execute(batches, script_.now);
  auto decided = other_.ledger().execute(batches, script_.now);
  REQUIRE(expected.size() == batches.size());
  REQUIRE(decided.size() == batches.size());
  for (std::size_t i = 0; i < batches.size(); ++i) {
    INFO("batch ", i, " of ", batches.size());
    check_same(expected[i].answer, decided[i].answer);
    REQUIRE(is_same(decided[i].entries, expected[i].entries));
    auto plainly = plain_.decide(batches[i], script_.now);
    REQUIRE(decided[i].answer.error.code == plainly.error.code);
    REQUIRE(decided[i].answer.outcomes == plainly.outcomes);
    REQUIRE(decided[i].answer.header == plainly.header);
    if (decided[i].answer.error.code == ec::none)
      REQUIRE(decided[i].answer.outcomes.size() == batches[i].commands.size());
    follow(expected[i]);
  }
  script_.learn(batches, decided);
}

/// Whether the other back end read what the model says it must.
bool ledger_duel::is_same(std::vector<journal_entry> read,
                          std::vector<journal_entry> expected) const {
  if (!has_one_journal_) {
    auto by_section = [](const journal_entry& x, const journal_entry& y) {
      return x.after.section < y.after.section;
    };
    for (auto* entries : {&read, &expected})
      std::stable_sort(entries->begin(), entries->end(), by_section);
    for (auto& entry : expected)
      entry.digest = 0;
  }
  return read == expected;
}

void ledger_duel::follow(const seat_ledger::decision& decided) {
  for (const auto& outcome : decided.answer.outcomes)
    statuses.insert(outcome.status);
  for (const auto& entry : decided.entries) {
    kinds.insert(entry.kind);
    const auto& section = entry.after.section;
    auto& before = headers_[section];
    check_sound(broken_invariants(before, entry));
    before = entry.after;
    digests_[section] = entry.digest;
    if (entry.kind == entry_kind::decided)
      continue;
    journal_.push_back(entry);
    past_[section].push_back(entry);
    REQUIRE(past_[section].size() == entry.after.sequence);
  }
  if (decided.answer.error.code == ec::none)
    REQUIRE(decided.answer.header == headers_[decided.answer.header.section]);
}

void ledger_duel::fence() {
  ++taken["fence"];
  epoch next{script_.owner.number + random_.below(3), random_.below(1000)};
  if (random_.one_in(5) && next.number > 0)
    next.number = random_.below(script_.owner.number + 1);
  auto expected = model_.ledger().fence(next);
  auto fenced = other_.ledger().fence(next);
  REQUIRE(bool(expected) == (next.number > script_.owner.number));
  REQUIRE(bool(fenced) == bool(expected));
  if (!fenced) {
    REQUIRE(fenced.error().code == ec::fenced);
    return;
  }
  script_.owner = next;
  plain_.fence(next);
}

void ledger_duel::change_standing() {
  ++taken["standing"];
  std::vector<std::pair<student_id, bool>> changes(1 + random_.below(3));
  for (auto& [student, is_active] : changes) {
    student = id<student_id>(1 + random_.below(students_max));
    is_active = random_.one_in(2);
    standing_[student] = is_active;
    plain_.set_standing(student, is_active);
  }
  for (auto* x : {&model_, &other_})
    must(x->ledger().set_standing(changes));
}

void ledger_duel::carry_to_sql() {
  ++taken["sync"];
  auto reads_beside = random_.one_in(2);
  auto page_of = [&](side& x, std::uint64_t& position, std::size_t limit) {
    auto& journal = reads_beside ? x.reader() : x.journal();
    auto page = must(journal.read(position, limit));
    position = page.position;
    return page.entries;
  };
  auto limit = 1 + random_.below(60);
  auto expected = page_of(model_, model_position_, limit);
  auto read = page_of(other_, other_position_, limit);
  REQUIRE(read.size() <= limit);
  if (has_one_journal_)
    REQUIRE(expected == read);
  pending_.insert(pending_.end(), read.begin(), read.end());
  auto from = carried_ - random_.below(carried_ + 1);
  auto to = carried_ + random_.below(pending_.size() - carried_ + 1);
  std::vector<journal_entry> batch{
    pending_.begin() + static_cast<std::ptrdiff_t>(from),
    pending_.begin() + static_cast<std::ptrdiff_t>(to)};
  for (auto* x : {&model_, &other_})
    REQUIRE(must(x->sql().apply(batch)).gaps.empty());
  carried_ = to;
  for (; carried_ > redelivered_max; --carried_)
    pending_.pop_front();
  compare_sql();
}

void ledger_duel::trim() {
  ++taken["trim"];
  auto committed = must(model_.sql().cursors());
  std::unordered_map<section_id, std::uint64_t> cursors;
  for (const auto& cursor : committed)
    cursors[cursor.section] = cursor.last_sequence;
  for (auto* x : {&model_, &other_})
    // A call may stop early: twice nothing is the end.
    for (int idle = 0; idle < 2;)
      if (must(
            x->journal().trim(committed, script_.now, 20 + random_.below(300)))
          == 0)
        ++idle;
  std::erase_if(journal_, [&](const journal_entry& entry) {
    auto kept_until = has_memo(entry)
                        ? entry.memo_expires
                        : entry.at + sync_journal::kept_without_memo;
    const auto& section = entry.after.section;
    return kept_until <= script_.now && entry.after.sequence <= cursors[section]
           && entry.after.sequence != sequence_of(section);
  });
  compare_journals();
}

void ledger_duel::start_again() {
  if (random_.one_in(2)) {
    ++taken["reopen"];
    open_again(&side::reopen);
  } else {
    ++taken["crash"];
    open_again(&side::crash);
  }
  compare_sql();
  compare_journals();
}

void ledger_duel::open_again(void (side::*how)()) {
  for (auto* x : {&model_, &other_})
    (x->*how)();
  // Standing is not the ledger's to keep: its owner tells it again.
  std::vector<std::pair<student_id, bool>> standing{standing_.begin(),
                                                    standing_.end()};
  for (auto* x : {&model_, &other_})
    must(x->ledger().set_standing(standing));
}

std::uint64_t ledger_duel::sequence_of(const section_id& section) const {
  auto at = headers_.find(section);
  return at == headers_.end() ? 0 : at->second.sequence;
}

void ledger_duel::compare_state() {
  REQUIRE(must(other_.ledger().current_epoch()) == script_.owner);
  auto headers = must(other_.ledger().headers());
  REQUIRE(headers == must(model_.ledger().headers()));
  REQUIRE(headers.size() == headers_.size());
  for (const auto& header : headers)
    REQUIRE(header == headers_[header.section]);
  compare_rows();
  auto students = all_students();
  REQUIRE(must(other_.ledger().registrations(students))
          == must(model_.ledger().registrations(students)));
  if (random_.one_in(8))
    compare_journals();
}

void ledger_duel::compare_rows() {
  std::vector<section_id> sections;
  for (const auto& [section, header] : headers_)
    sections.push_back(section);
  auto rows = must(other_.ledger().rows(sections));
  REQUIRE(rows == must(model_.ledger().rows(sections)));
  for (const auto& x : rows)
    check_sound(broken_invariants(x, digests_[x.header.section]));
  sections.push_back(id<section_id>(99));
  REQUIRE(other_.ledger().rows(sections).error().code == ec::ledger_lost);
}

std::vector<journal_entry> ledger_duel::read_all(sync_journal& journal) {
  std::vector<journal_entry> result;
  std::uint64_t position = 0;
  for (;;) {
    auto limit = 1 + random_.below(200);
    auto page = must(journal.read(position, limit));
    REQUIRE(page.position >= position);
    REQUIRE(page.entries.size() <= limit);
    if (page.entries.empty())
      return result;
    position = page.position;
    result.insert(result.end(), page.entries.begin(), page.entries.end());
  }
}

void ledger_duel::compare_journals() {
  auto holds = [this](const side& x, const std::vector<journal_entry>& read,
                      const std::vector<journal_entry>& expected) {
    return &x == &model_ ? read == expected : is_same(read, expected);
  };
  for (auto* x : {&model_, &other_}) {
    REQUIRE(holds(*x, read_all(x->journal()), journal_));
    REQUIRE(holds(*x, read_all(x->reader()), journal_));
    auto section = id<section_id>(1 + random_.below(sections_max));
    auto after = random_.below(sequence_of(section) + 2);
    auto limit = 1 + random_.below(30);
    std::vector<journal_entry> expected;
    for (const auto& entry : journal_)
      if (entry.after.section == section && entry.after.sequence > after
          && expected.size() < limit)
        expected.push_back(entry);
    auto& journal = random_.one_in(2) ? x->journal() : x->reader();
    REQUIRE(
      holds(*x, must(journal.read_section(section, after, limit)), expected));
  }
}

void ledger_duel::compare_sql() {
  auto cursors = must(other_.sql().cursors());
  REQUIRE(cursors == must(model_.sql().cursors()));
  auto rows = must(other_.sql().load());
  REQUIRE(rows == must(model_.sql().load()));
  // A prefix may end between a drop and its promotion: not a section at rest,
  // but what the ledger was at that number.
  for (const auto& x : rows) {
    const auto& entry = past_[x.header.section].at(x.header.sequence - 1);
    REQUIRE(x.header == entry.after);
    REQUIRE(digest_of(x) == entry.digest);
  }
}

} // namespace registrar::test
