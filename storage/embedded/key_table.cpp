#include "storage/embedded/key_table.hpp"

#include "messages/assertion.hpp"
#include "storage/rules/digest.hpp"

#include <algorithm>
#include <cstring>

namespace registrar {

namespace {

/// Begins that wait for a commit of others: above, they ask for one.
constexpr std::size_t unwritten_max = 1024;

std::uint64_t hash_of(const key_scope& scope) {
  auto state
    = mix64(static_cast<std::uint64_t>(scope.route) + 1, scope.student.value);
  for (std::size_t i = 0; i < scope.key.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, scope.key.data() + i,
                std::min<std::size_t>(8, scope.key.size() - i));
    state = mix64(state, word);
  }
  return mix64(state, scope.key.size());
}

failure corrupt(std::uint64_t position) {
  return {ec::store_corrupt, "The journal's idempotency key at position "
                               + std::to_string(position)
                               + " is not what was written there."};
}

} // namespace

std::size_t key_table::scope_hash::operator()(const key_scope& scope) const {
  return hash_of(scope);
}

fallible<done> key_table::load(journal_file& file) {
  index_ = {};
  last_position_ = 0;
  failure broken;
  auto scanned
    = file.scan_keys(0, [&](std::uint64_t position, std::string_view payload) {
        auto stored = decode_key(position, payload);
        if (!stored) {
          broken = corrupt(position);
          return false;
        }
        // Older states of a key stay below newer ones in the index.
        index_.insert(hash_of(stored->scope), position);
        last_position_ = position;
        return true;
      });
  if (!scanned)
    return scanned;
  if (broken.code != ec::none)
    return broken;
  unwritten_.clear();
  written_.clear();
  needs_commit_ = false;
  for (auto at = live_.begin(); at != live_.end();) {
    auto stored = find_in_file(file, at->first);
    if (!stored)
      return stored.error();
    if (stored->record && stored->record->is_completed) {
      at = live_.erase(at);
      continue;
    }
    at->second.record.is_completed = false;
    at->second.record.response.clear();
    at->second.position = stored->position;
    at->second.is_written = false;
    unwritten_.push_back(at->first);
    ++at;
  }
  return done{};
}

key_begun key_table::begin(journal_file& file, const begin_key& command,
                           timestamp at) {
  auto found = find(file, command.scope);
  if (!found) {
    key_begun result;
    result.error = found.error();
    return result;
  }
  auto& record = found->record;
  auto result = rules_.begin(record, command, at);
  if (result.state == key_state::begun)
    keep(command.scope, std::move(*found));
  return result;
}

key_completed key_table::complete(journal_file& file,
                                  const complete_key& command, timestamp at) {
  auto found = find(file, command.scope);
  if (!found) {
    key_completed result;
    result.error = found.error();
    return result;
  }
  auto& record = found->record;
  auto result = rules_.complete(record, command, at);
  if (result.accepted) {
    keep(command.scope, std::move(*found));
    needs_commit_ = needs_commit_ || command.keep;
  }
  return result;
}

key_begun key_table::look_up(journal_file& file, const key_scope& scope,
                             timestamp at) {
  auto found = find(file, scope);
  if (found)
    return key_rules::look_up(found->record, at);
  key_begun result;
  result.error = found.error();
  return result;
}

fallible<done> key_table::write(journal_file& file) {
  std::string payload;
  for (auto& scope : unwritten_) {
    auto at = live_.find(scope);
    REGISTRAR_ASSERT(at != live_.end() && !at->second.is_written);
    auto& live = at->second;
    auto position = ++last_position_;
    encode_key(position, scope, live.record, payload);
    if (auto put = file.append_key(position, live.record.expires, payload);
        !put)
      return put;
    auto hash = hash_of(scope);
    index_.erase(hash, live.position);
    index_.insert(hash, position);
    live.position = position;
    live.is_written = true;
    written_.push_back(std::move(scope));
  }
  unwritten_.clear();
  needs_commit_ = false;
  return done{};
}

void key_table::committed() {
  for (const auto& scope : written_) {
    auto at = live_.find(scope);
    if (at != live_.end() && at->second.is_written
        && at->second.record.is_completed)
      live_.erase(at);
  }
  written_.clear();
}

fallible<std::size_t> key_table::trim(journal_file& file, timestamp at,
                                      std::size_t limit) {
  std::erase_if(live_, [&](const live_map::value_type& x) {
    return x.second.is_written && !x.second.record.is_completed
           && x.second.record.lease_ends <= at;
  });
  std::vector<std::pair<std::uint64_t, std::uint64_t>> expired;
  failure broken;
  auto scanned
    = file.scan_keys(0, [&](std::uint64_t position, std::string_view payload) {
        if (expired.size() == limit)
          return false;
        auto stored = decode_key(position, payload);
        if (!stored) {
          broken = corrupt(position);
          return false;
        }
        if (stored->record.expires > at)
          return false;
        expired.emplace_back(hash_of(stored->scope), position);
        return true;
      });
  if (!scanned)
    return scanned.error();
  if (broken.code != ec::none)
    return broken;
  if (expired.empty())
    return std::size_t{0};
  if (auto gone = file.delete_keys_up_to(expired.back().second); !gone)
    return gone.error();
  for (const auto& [hash, position] : expired)
    index_.erase(hash, position);
  return expired.size();
}

fallible<key_table::looked_up> key_table::find(journal_file& file,
                                               const key_scope& scope) {
  auto at = live_.find(scope);
  if (at != live_.end())
    return looked_up{at->second.record, at->second.position};
  return find_in_file(file, scope);
}

fallible<key_table::looked_up> key_table::find_in_file(journal_file& file,
                                                       const key_scope& scope) {
  looked_up newest;
  failure broken;
  auto look = [&](std::uint64_t position) {
    if (position < newest.position)
      return false;
    auto read
      = file.read_key(position, [&](std::uint64_t, std::string_view payload) {
          auto stored = decode_key(position, payload);
          if (!stored)
            broken = corrupt(position);
          else if (stored->scope == scope)
            newest = {std::move(stored->record), position};
          return true;
        });
    if (!read)
      broken = read.error();
    // Go on: a newer state of the same key may follow.
    return false;
  };
  index_.find(hash_of(scope), look);
  if (broken.code != ec::none)
    return broken;
  return newest;
}

void key_table::keep(const key_scope& scope, looked_up found) {
  auto [at, is_new] = live_.try_emplace(scope);
  at->second.record = std::move(*found.record);
  at->second.position = found.position;
  if (is_new || at->second.is_written) {
    at->second.is_written = false;
    unwritten_.push_back(scope);
  }
  needs_commit_ = needs_commit_ || unwritten_.size() > unwritten_max;
}

} // namespace registrar
