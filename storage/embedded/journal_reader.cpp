#include "storage/embedded/journal_reader.hpp"

#include <algorithm>

namespace registrar {

namespace {

failure corrupt(const entry_row& row) {
  return {ec::store_corrupt, "The journal's entry at position "
                               + std::to_string(row.position)
                               + " is not what was written there."};
}

class beside_the_worker : public sync_journal {
public:
  explicit beside_the_worker(std::unique_ptr<journal_file> file)
    : file_(std::move(file)) {
  }

  fallible<page> read(std::uint64_t position, std::size_t limit) override {
    return reader_.read(*file_, position, limit);
  }

  fallible<std::vector<journal_entry>>
  read_section(const section_id& section, std::uint64_t after,
               std::size_t limit) override {
    return reader_.read_section(*file_, section, after, limit);
  }

  fallible<std::size_t> trim(std::span<const section_cursor>, timestamp,
                             std::size_t) override {
    return failure{ec::invalid_value, "This journal is open for reading; trim "
                                      "it through the ledger's worker."};
  }

private:
  std::unique_ptr<journal_file> file_;
  journal_reader reader_;
};

} // namespace

fallible<sync_journal::page> journal_reader::read(journal_file& file,
                                                  std::uint64_t position,
                                                  std::size_t limit) {
  sync_journal::page result{{}, position};
  failure broken;
  auto visit = [&](const entry_row& row, std::string_view payload) {
    result.position = row.position;
    if (row.kind == entry_kind::decided)
      return true;
    auto entry = decode_entry(row, payload);
    if (!entry) {
      broken = corrupt(row);
      return false;
    }
    result.entries.push_back(std::move(*entry));
    return result.entries.size() < limit;
  };
  if (limit == 0)
    return result;
  auto scanned = file.scan_entries(position, visit);
  if (!scanned)
    return scanned.error();
  if (broken.code != ec::none)
    return broken;
  return result;
}

fallible<std::vector<journal_entry>>
journal_reader::read_section(journal_file& file, const section_id& section,
                             std::uint64_t after, std::size_t limit) {
  if (auto extended = extend(file); !extended)
    return extended.error();
  std::vector<journal_entry> result;
  const auto& places = sections_[section];
  auto at = std::upper_bound(
    places.begin(), places.end(), after,
    [](std::uint64_t wanted, const place& x) { return wanted < x.sequence; });
  failure broken;
  auto visit = [&](const entry_row& row, std::string_view payload) {
    auto entry = decode_entry(row, payload);
    if (!entry)
      broken = corrupt(row);
    else
      result.push_back(std::move(*entry));
    return true;
  };
  for (; at != places.end() && result.size() < limit; ++at) {
    // A row that is gone was trimmed since: SQL has it.
    if (auto found = file.read_entry(at->position, visit); !found)
      return found.error();
    if (broken.code != ec::none)
      return broken;
  }
  return result;
}

fallible<done> journal_reader::extend(journal_file& file) {
  return file.scan_columns(
    indexed_to_, [&](const entry_row& row, std::string_view) {
      if (row.kind != entry_kind::decided)
        sections_[row.section].push_back({row.sequence, row.position});
      indexed_to_ = row.position;
      return true;
    });
}

fallible<std::unique_ptr<sync_journal>>
open_embedded_journal(const std::filesystem::path& path, database::mode how) {
  auto file = journal_file::open(path, how);
  if (!file)
    return file.error();
  return std::unique_ptr<sync_journal>{
    std::make_unique<beside_the_worker>(std::move(*file))};
}

} // namespace registrar
