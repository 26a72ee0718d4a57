#include "cli/verify_command.hpp"

#include "cli/key_comparison.hpp"
#include "storage/embedded/journal_file.hpp"
#include "storage/embedded/registration_store.hpp"

#include <deque>
#include <set>
#include <unordered_map>

namespace registrar {

namespace {

/// Keys that are compared with their memos: the latest ones.
constexpr std::size_t file_answers_compared = 1'000;

struct journal_content {
  /// Effects, in order.
  std::unordered_map<section_id, std::vector<journal_entry>> entries;
  /// Stored answers of keys.
  std::deque<std::string> answers;
  /// The memos of those answers.
  kept_memos memos;
};

failure corrupt(const char* what, std::uint64_t position) {
  return {ec::store_corrupt, std::string{"The journal's "} + what
                               + " at position " + std::to_string(position)
                               + " is not what was written there."};
}

/// Keys that have not expired: their memos are kept longer than they are.
fallible<done> read_answers(journal_file& file, journal_content& into) {
  failure broken;
  auto now = now_utc();
  auto scanned
    = file.scan_keys(0, [&](std::uint64_t position, std::string_view payload) {
        auto stored = decode_key(position, payload);
        if (!stored) {
          broken = corrupt("idempotency key", position);
          return false;
        }
        auto& record = stored->record;
        if (!record.is_completed || record.expires <= now)
          return true;
        into.answers.push_back(std::move(record.response));
        if (into.answers.size() > file_answers_compared)
          into.answers.pop_front();
        return true;
      });
  if (scanned && broken.code != ec::none)
    return broken;
  return scanned;
}

fallible<done> read_entries(journal_file& file, journal_content& into) {
  std::set<memo_name> wanted;
  for (const auto& answer : into.answers)
    for (const auto& name : memos_of(answer))
      wanted.insert(name);
  failure broken;
  auto scanned
    = file.scan_entries(0, [&](const entry_row& row, std::string_view payload) {
        auto entry = decode_entry(row, payload);
        if (!entry) {
          broken = corrupt("entry", row.position);
          return false;
        }
        memo_name name{row.section, entry->request};
        auto has_memo = entry->memo.status != seat_status::undecided;
        if (has_memo && wanted.contains(name))
          into.memos[name] = std::move(entry->memo);
        entry->memo = {};
        if (row.kind != entry_kind::decided)
          into.entries[row.section].push_back(std::move(*entry));
        return true;
      });
  if (scanned && broken.code != ec::none)
    return broken;
  return scanned;
}

fallible<journal_content> read_journal(const std::filesystem::path& path) {
  auto file = journal_file::open(path, database::mode::read_stopped);
  if (!file)
    return file.error();
  journal_content result;
  if (auto keys = read_answers(**file, result); !keys)
    return keys.error();
  if (auto entries = read_entries(**file, result); !entries)
    return entries.error();
  return result;
}

void add(verification& result, section_verdict verdict) {
  ++result.sections;
  result.lag += verdict.lag;
  for (auto& x : verdict.differences)
    result.differences.push_back(std::move(x));
}

} // namespace

fallible<verification> verify_stopped(const std::filesystem::path& directory) {
  auto journal = read_journal(directory / "journal.db");
  if (!journal)
    return journal.error();
  auto store = embedded_registration_store::open(directory / "registrar.db",
                                                 database::mode::read_stopped);
  if (!store)
    return store.error();
  auto sections = (*store)->load();
  if (!sections)
    return sections.error();
  verification result;
  auto& entries = journal->entries;
  for (const auto& rows : *sections) {
    auto found = entries.extract(rows.header.section);
    add(result,
        compare_with_journal(rows, found.empty() ? std::vector<journal_entry>{}
                                                 : std::move(found.mapped())));
  }
  // Sections whose first entries SQL does not hold yet.
  for (const auto& [section, kept] : entries) {
    section_rows nothing;
    nothing.header.section = section;
    nothing.header.settings.version = 0;
    add(result, compare_with_journal(nothing, kept));
  }
  result.keys = journal->answers.size();
  for (const auto& answer : journal->answers)
    for (auto& x : compare_with_memos(answer, journal->memos))
      result.differences.push_back(std::move(x));
  return result;
}

} // namespace registrar
