#include "storage/redis/sync_journal.hpp"

#include "config/logging.hpp"
#include "storage/redis/codec.hpp"
#include "storage/redis/keys.hpp"

#include <algorithm>

namespace registrar {

namespace {

/// Entries of a partition in one page of a section's or a trim's reading.
constexpr std::size_t scan_page = 500;
constexpr std::size_t trim_page = 100;
/// Entries of a partition in one page of all: at least.
constexpr std::size_t page_min = 16;
/// Entries that one trim looks at, for each that it may delete, and at least.
constexpr std::size_t looks_per_deletion = 4;
constexpr std::size_t looks_min = 64 * trim_page;

constexpr int number_bits = 6;
constexpr int partition_bits = 6;
static_assert(partition_count <= 1u << partition_bits);

std::optional<stream_place> stream_place_in(std::string_view text) {
  auto dash = text.find('-');
  if (dash == text.npos)
    return std::nullopt;
  field_reader us{text.substr(0, dash)};
  field_reader number{text.substr(dash + 1)};
  stream_place result{us.take_number<std::uint64_t>(),
                      number.take_number<std::uint64_t>()};
  if (!us.is_good() || !number.is_good())
    return std::nullopt;
  return result;
}

std::uint64_t position_of(const stream_place& x, std::uint32_t partition) {
  return x.us << (number_bits + partition_bits) | x.number << partition_bits
         | partition;
}

/// Where a partition's stream goes on behind a position of all.
std::string first_behind(std::uint64_t position, std::uint32_t partition) {
  stream_place at{position >> (number_bits + partition_bits),
                  position >> partition_bits & ((1u << number_bits) - 1)};
  auto is_behind = partition > (position & ((1u << partition_bits) - 1));
  return (is_behind || position == 0 ? "" : "(") + at.to_string();
}

/// What the ledger never wrote is passed over, as if the stream lacked it, and
/// never deleted: SQL finds the gap and gets the section's rows instead.
void say_unreadable(std::uint32_t partition, std::string_view place) {
  log_error("journal-entry-unreadable",
            "entry {} of the journal of partition {} is not what the ledger "
            "wrote and is passed over; look at it with XRANGE and remove it "
            "with XDEL",
            place, partition);
}

/// The text of an entry as XRANGE gives it.
std::string_view entry_text(redis_value item) {
  return item[1][1].text();
}

} // namespace

std::string stream_place::to_string() const {
  return std::to_string(us) + '-' + std::to_string(number);
}

// -- reading ------------------------------------------------------------------

fallible<sync_journal::page> redis_sync_journal::read(std::uint64_t position,
                                                      std::size_t limit) {
  auto count = std::max<std::uint64_t>(
    page_min, 2 * limit / std::max<std::size_t>(1, read_.size()));
  redis_pipeline all;
  // In one step: else a later entry could be seen without an earlier one.
  all.call("MULTI");
  for (auto p : read_)
    all.call("XRANGE", redis_keys::journal(p), first_behind(position, p), "+",
             "COUNT", count);
  all.call("EXEC");
  auto replies = redis_.read_confirmed(all);
  if (!replies)
    return replies.error();
  auto streams = (*replies)[replies->size() - 1];
  std::vector<std::pair<std::uint64_t, redis_value>> found;
  // What lies above is complete only once more of a stream was read.
  auto horizon = ~std::uint64_t{0};
  for (std::size_t k = 0; k < read_.size(); ++k) {
    auto p = read_[k];
    auto items = streams[k];
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto name = items[i][0].text();
      auto place = stream_place_in(name);
      if (!place)
        return failure{ec::store_corrupt, "Redis numbers an entry of a journal "
                                            + std::string{name}
                                            + ", which no stream does."};
      found.emplace_back(position_of(*place, p), items[i]);
    }
    if (items.size() == count)
      horizon = std::min(horizon, found.back().first);
  }
  std::sort(found.begin(), found.end(),
            [](const auto& x, const auto& y) { return x.first < y.first; });
  page result{{}, position};
  for (const auto& [at, item] : found) {
    if (at > horizon || result.entries.size() == limit)
      break;
    result.position = at;
    if (auto entry = redis_codec::take_entry(entry_text(item)))
      result.entries.push_back(std::move(*entry));
    else
      say_unreadable(at % partition_count, item[0].text());
  }
  return result;
}

/// From the end backwards: what is asked for is mostly young.
fallible<std::vector<journal_entry>>
redis_sync_journal::read_section(const section_id& section, std::uint64_t after,
                                 std::size_t limit) {
  auto partition = partition_of(section);
  auto name = section.to_string();
  std::vector<journal_entry> result;
  std::string to = "+";
  for (auto has_more = true; has_more;) {
    redis_pipeline one;
    one.call("XREVRANGE", redis_keys::journal(partition), to, "-", "COUNT",
             std::uint64_t{scan_page});
    auto replies = redis_.read_confirmed(one);
    if (!replies)
      return replies.error();
    auto items = (*replies)[0];
    has_more = items.size() == scan_page;
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto found = redis_codec::take_entry_name(entry_text(items[i]));
      if (!found || found->section != name)
        continue;
      if (found->sequence <= after) {
        has_more = false;
        break;
      }
      if (auto entry = redis_codec::take_entry(entry_text(items[i])))
        result.push_back(std::move(*entry));
      else
        say_unreadable(partition, items[i][0].text());
    }
    if (items.size() > 0)
      to = "(" + std::string{items[items.size() - 1][0].text()};
  }
  std::reverse(result.begin(), result.end());
  if (result.size() > limit)
    result.resize(limit);
  return result;
}

// -- trimming -----------------------------------------------------------------

fallible<std::size_t>
redis_sync_journal::trim(std::span<const section_cursor> committed,
                         timestamp at, std::size_t limit) {
  cursors known;
  for (const auto& cursor : committed)
    known[cursor.section] = cursor.last_sequence;
  auto found = find_candidates(known, at, limit);
  if (!found)
    return found.error();
  if (auto kept = keep_last_ones(*found); !kept)
    return kept.error();
  return delete_all(*found);
}

fallible<std::vector<redis_sync_journal::candidate>>
redis_sync_journal::find_candidates(const cursors& committed, timestamp at,
                                    std::size_t limit) {
  std::vector<candidate> result;
  auto may_go = [&](const journal_entry& entry) {
    auto has_memo = entry.memo.status != seat_status::undecided;
    auto kept_until
      = has_memo ? entry.memo_expires : entry.at + kept_without_memo;
    auto cursor = committed.find(entry.after.section);
    return kept_until <= at && cursor != committed.end()
           && entry.after.sequence <= cursor->second;
  };
  auto looks = looks_min + looks_per_deletion * limit;
  while (looks > 0 && result.size() < limit) {
    std::vector<std::uint32_t> partitions;
    redis_pipeline all;
    for (auto p : trimmed_) {
      if (is_at_end_[p])
        continue;
      partitions.push_back(p);
      all.call("XRANGE", redis_keys::journal(p),
               "(" + trimmed_to_[p].to_string(), "+", "COUNT",
               std::uint64_t{trim_page});
    }
    auto replies = redis_.read(all);
    if (!replies)
      return replies.error();
    for (std::size_t n = 0; n < partitions.size(); ++n) {
      auto p = partitions[n];
      auto items = (*replies)[n];
      std::size_t i = 0;
      for (; i < items.size() && looks > 0 && result.size() < limit; ++i) {
        --looks;
        auto name = items[i][0].text();
        trimmed_to_[p] = stream_place_in(name).value_or(trimmed_to_[p]);
        auto entry = redis_codec::take_entry(entry_text(items[i]));
        if (!entry)
          say_unreadable(p, name);
        else if (may_go(*entry))
          result.push_back({p, std::string{name}, entry->after.section,
                            entry->after.sequence});
      }
      is_at_end_[p] = i == items.size() && items.size() < trim_page;
    }
    if (std::all_of(trimmed_.begin(), trimmed_.end(),
                    [this](auto p) { return is_at_end_[p]; })) {
      is_at_end_ = {};
      trimmed_to_ = {};
      break;
    }
  }
  return result;
}

/// A section's last entry stays, so that its number is never given twice. What
/// is not the last now never will be again.
fallible<done>
redis_sync_journal::keep_last_ones(std::vector<candidate>& found) {
  std::unordered_map<section_id, std::uint64_t> last;
  redis_pipeline all;
  std::vector<section_id> asked;
  for (const auto& x : found)
    if (last.try_emplace(x.section, 0).second) {
      asked.push_back(x.section);
      all.call("HGET", redis_keys::roster(x.section),
               redis_keys::roster_counts);
    }
  auto replies = redis_.read(all);
  if (!replies)
    return replies.error();
  // Of a section that was lost all entries stay: the number is 0 then.
  for (std::size_t i = 0; i < asked.size(); ++i)
    last[asked[i]] = static_cast<std::uint64_t>((*replies)[i].number());
  std::erase_if(
    found, [&](const candidate& x) { return x.sequence >= last[x.section]; });
  return done{};
}

fallible<std::size_t>
redis_sync_journal::delete_all(const std::vector<candidate>& found) {
  redis_pipeline all;
  const candidate* before = nullptr;
  for (const auto& x : found) {
    if (before == nullptr || before->partition != x.partition)
      all.call("XDEL", redis_keys::journal(x.partition));
    all.add(x.place);
    before = &x;
  }
  // Entries that are gone already are no harm: a lost answer leaves no doubt.
  auto replies = redis_.read(all);
  if (!replies)
    return replies.error();
  std::size_t count = 0;
  for (std::size_t i = 0; i < replies->size(); ++i)
    count += static_cast<std::size_t>((*replies)[i].number());
  return count;
}

} // namespace registrar
