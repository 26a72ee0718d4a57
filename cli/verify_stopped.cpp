#include "cli/verify_command.hpp"

#include "storage/embedded/journal_reader.hpp"
#include "storage/embedded/registration_store.hpp"

#include <unordered_map>

namespace registrar {

namespace {

constexpr std::size_t page_size = 10'000;

using entries_by_section
  = std::unordered_map<section_id, std::vector<journal_entry>>;

fallible<entries_by_section>
read_entries(const std::filesystem::path& journal) {
  auto reader = open_embedded_journal(journal, database::mode::read_stopped);
  if (!reader)
    return reader.error();
  entries_by_section result;
  std::uint64_t position = 0;
  for (;;) {
    auto page = (*reader)->read(position, page_size);
    if (!page)
      return page.error();
    if (page->position == position)
      return result;
    position = page->position;
    for (auto& entry : page->entries)
      result[entry.after.section].push_back(std::move(entry));
  }
}

void add(verification& result, section_verdict verdict) {
  ++result.sections;
  result.lag += verdict.lag;
  for (auto& x : verdict.differences)
    result.differences.push_back(std::move(x));
}

} // namespace

fallible<verification> verify_stopped(const std::filesystem::path& directory) {
  auto entries = read_entries(directory / "journal.db");
  if (!entries)
    return entries.error();
  auto store = embedded_registration_store::open(directory / "registrar.db",
                                                 database::mode::read_stopped);
  if (!store)
    return store.error();
  auto sections = (*store)->load();
  if (!sections)
    return sections.error();
  verification result;
  for (const auto& rows : *sections) {
    auto found = entries->extract(rows.header.section);
    add(result,
        compare_with_journal(rows, found.empty() ? std::vector<journal_entry>{}
                                                 : std::move(found.mapped())));
  }
  // Sections whose first entries SQL does not hold yet.
  for (const auto& [section, kept] : *entries) {
    section_rows nothing;
    nothing.header.section = section;
    nothing.header.settings.version = 0;
    add(result, compare_with_journal(nothing, kept));
  }
  return result;
}

} // namespace registrar
