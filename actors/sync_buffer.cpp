#include "actors/sync_buffer.hpp"

#include "messages/assertion.hpp"

#include <algorithm>

namespace registrar {

sync_buffer::place sync_buffer::add(journal_entry entry) {
  auto section = entry.after.section;
  auto sequence = entry.after.sequence;
  auto& at = sections_[section];
  at.seen = std::max(at.seen, sequence);
  if (sequence <= at.committed)
    return place::committed;
  if (sequence <= at.last)
    return place::known;
  if (sequence == at.last + 1 && waiting_ < bounds_.waiting) {
    at.last = sequence;
    append(std::move(entry));
    if (!lacking_.empty())
      settle(section, at);
    return place::waiting;
  }
  // A new hole is asked for at once, one that is known when its time has come.
  lacking_.try_emplace(section, time_point::min());
  if (held_count_ >= bounds_.held || sequence == at.last + 1)
    return place::left;
  auto is_new = held_[section].try_emplace(sequence, std::move(entry)).second;
  held_count_ += is_new ? 1 : 0;
  return is_new ? place::held : place::known;
}

void sync_buffer::append(journal_entry entry) {
  if (batches_.empty() || batches_.back().size() >= bounds_.batch)
    batches_.emplace_back();
  batches_.back().push_back(std::move(entry));
  ++waiting_;
}

void sync_buffer::settle(const section_id& section, progress& at) {
  if (auto found = held_.find(section); found != held_.end()) {
    auto& entries = found->second;
    while (!entries.empty() && entries.begin()->first <= at.last + 1) {
      auto node = entries.extract(entries.begin());
      --held_count_;
      if (node.key() <= at.last)
        continue;
      at.last = node.key();
      append(std::move(node.mapped()));
    }
    if (entries.empty())
      held_.erase(found);
  }
  auto asked = lacking_.find(section);
  if (at.seen <= at.last) {
    if (asked != lacking_.end())
      lacking_.erase(asked);
  } else if (asked != lacking_.end()) {
    // A part has come: read on at once.
    asked->second = time_point::min();
  } else {
    lacking_.emplace(section, time_point::min());
  }
}

void sync_buffer::committed(const section_id& section, std::uint64_t sequence) {
  auto& at = sections_[section];
  at.committed = std::max(at.committed, sequence);
  if (at.committed <= at.last)
    return;
  at.last = at.committed;
  at.seen = std::max(at.seen, at.last);
  settle(section, at);
}

void sync_buffer::rewound(const section_id& section, std::uint64_t sequence) {
  auto& at = sections_[section];
  for (auto& batch : batches_)
    waiting_ -= std::erase_if(batch, [&](const journal_entry& entry) {
      return entry.after.section == section;
    });
  std::erase_if(batches_, [](const auto& batch) { return batch.empty(); });
  at.committed = at.last = sequence;
  settle(section, at);
}

void sync_buffer::reconcile(std::span<const section_cursor> cursors) {
  std::unordered_map<section_id, std::uint64_t> in_sql;
  for (const auto& cursor : cursors)
    in_sql[cursor.section] = cursor.last_sequence;
  for (const auto& [section, sequence] : in_sql)
    committed(section, sequence);
  std::vector<section_cursor> behind;
  for (const auto& [section, at] : sections_) {
    auto found = in_sql.find(section);
    auto sequence = found == in_sql.end() ? 0 : found->second;
    if (at.committed > sequence)
      behind.push_back({section, sequence});
  }
  for (const auto& cursor : behind)
    rewound(cursor.section, cursor.last_sequence);
}

void sync_buffer::forget(const partition_set& partitions) {
  auto is_theirs = [&](const section_id& section) {
    return partitions[partition_of(section)];
  };
  for (auto& batch : batches_)
    waiting_ -= std::erase_if(batch, [&](const journal_entry& entry) {
      return is_theirs(entry.after.section);
    });
  std::erase_if(batches_, [](const auto& batch) { return batch.empty(); });
  std::erase_if(held_, [&](const auto& x) {
    if (!is_theirs(x.first))
      return false;
    held_count_ -= x.second.size();
    return true;
  });
  std::erase_if(lacking_, [&](const auto& x) { return is_theirs(x.first); });
  std::erase_if(sections_, [&](const auto& x) { return is_theirs(x.first); });
}

void sync_buffer::learn(std::span<const section_cursor> cursors) {
  for (const auto& cursor : cursors)
    if (committed_of(cursor.section) > cursor.last_sequence)
      rewound(cursor.section, cursor.last_sequence);
    else
      committed(cursor.section, cursor.last_sequence);
}

std::span<const journal_entry> sync_buffer::next() const {
  if (batches_.empty())
    return {};
  return batches_.front();
}

std::vector<journal_entry> sync_buffer::take_next() {
  REGISTRAR_ASSERT(!batches_.empty());
  auto result = std::move(batches_.front());
  batches_.pop_front();
  waiting_ -= result.size();
  return result;
}

std::vector<section_cursor> sync_buffer::ask(time_point now,
                                             std::chrono::milliseconds period) {
  std::vector<section_cursor> result;
  // What is asked for must find room; half of it is far more than a portion.
  if (waiting_ > bounds_.waiting / 2)
    return result;
  for (auto& [section, due] : lacking_) {
    if (due > now)
      continue;
    due = now + period;
    result.push_back({section, sections_[section].last});
  }
  return result;
}

std::optional<timestamp> sync_buffer::oldest() const {
  if (batches_.empty())
    return std::nullopt;
  return batches_.front().front().at;
}

std::uint64_t sync_buffer::committed_of(const section_id& section) const {
  auto found = sections_.find(section);
  return found == sections_.end() ? 0 : found->second.committed;
}

std::vector<section_cursor> sync_buffer::cursors() const {
  std::vector<section_cursor> result;
  result.reserve(sections_.size());
  for (const auto& [section, at] : sections_)
    if (at.committed > 0)
      result.push_back({section, at.committed});
  return result;
}

} // namespace registrar
