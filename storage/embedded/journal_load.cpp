#include "storage/embedded/journal_load.hpp"

#include <unordered_map>

namespace registrar {

namespace {

/// What a section's last entry says of it.
struct last_words {
  std::uint64_t position = 0;
  section_header header;
  std::uint64_t digest = 0;
};

class loader {
public:
  explicit loader(loaded_ledger& result) : result_(result) {
  }

  void take_rows(const section_rows& rows) {
    const auto& id = rows.header.section;
    cursors_[id] = rows.header.sequence;
    if (!result_.state.load(rows))
      fault("The rows that SQL holds of section " + id.to_string()
            + " contradict each other.");
  }

  bool take_entry(const entry_row& row, std::string_view payload) {
    auto entry = decode_entry(row, payload);
    if (!entry)
      return fault("The journal's entry at position "
                   + std::to_string(row.position)
                   + " is not what was written there.");
    result_.last_position = row.position;
    auto cursor = cursors_.find(row.section);
    auto known = cursor == cursors_.end() ? 0 : cursor->second;
    auto has_effect = row.kind != entry_kind::decided;
    if (has_effect)
      last_[row.section] = {row.position, entry->after, entry->digest};
    if (has_effect && row.sequence > known) {
      ++result_.uncommitted;
      return result_.state.take(*entry) || does_not_follow(row);
    }
    return result_.state.remember(*entry) || does_not_follow(row);
  }

  void compare() {
    for (const auto& [id, cursor] : cursors_) {
      auto last = last_.find(id);
      if (last == last_.end() || last->second.header.sequence < cursor)
        result_.behind.insert(id);
    }
    for (const auto& [id, last] : last_)
      if (!result_.behind.contains(id))
        compare(id, last);
  }

private:
  bool fault(std::string sentence) {
    result_.faults.push_back(std::move(sentence));
    return false;
  }

  bool does_not_follow(const entry_row& row) {
    const auto& ledger = std::as_const(result_.state);
    const auto* section = ledger.find(row.section);
    auto sequence = section == nullptr ? 0 : section->sequence();
    return fault("The journal's entry at position "
                 + std::to_string(row.position) + " is number "
                 + std::to_string(row.sequence) + " of section "
                 + row.section.to_string() + " and does not follow on number "
                 + std::to_string(sequence) + ", which is the last before it.");
  }

  void compare(const section_id& id, const last_words& last) {
    const auto& ledger = std::as_const(result_.state);
    const auto* section = ledger.find(id);
    if (section == nullptr)
      return;
    auto header = section->header();
    if (header.sequence != last.header.sequence
        || header.enrolled != last.header.enrolled
        || header.waitlisted != last.header.waitlisted
        || header.settings != last.header.settings)
      fault(
        "Section " + id.to_string() + " has " + std::to_string(header.enrolled)
        + " enrolled and " + std::to_string(header.waitlisted)
        + " waiting by its rows, but its last entry in the journal (number "
        + std::to_string(last.header.sequence) + ") says "
        + std::to_string(last.header.enrolled) + " and "
        + std::to_string(last.header.waitlisted) + ", or its settings differ.");
    else if (section->digest() != last.digest)
      fault("Section " + id.to_string()
            + " has other students by its rows than by the digest of its last "
              "entry in the journal (number "
            + std::to_string(last.header.sequence) + ").");
  }

  loaded_ledger& result_;
  std::unordered_map<section_id, std::uint64_t> cursors_;
  std::unordered_map<section_id, last_words> last_;
};

} // namespace

fallible<loaded_ledger> load_ledger(journal_file& journal,
                                    registration_store& registrations) {
  auto sections = registrations.load();
  if (!sections)
    return sections.error();
  loaded_ledger result;
  loader load{result};
  for (const auto& rows : *sections)
    load.take_rows(rows);
  auto scanned = journal.scan_entries(
    0, [&](const entry_row& row, std::string_view payload) {
      load.take_entry(row, payload);
      return true;
    });
  if (!scanned)
    return scanned.error();
  if (result.faults.empty())
    load.compare();
  return result;
}

} // namespace registrar
