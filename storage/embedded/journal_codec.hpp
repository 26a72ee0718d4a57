#pragma once

#include "messages/ledger.hpp"
#include "storage/rules/key_rules.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Binary forms of what journal.db keeps. Numbers are variable-length, ids 16
/// bytes, the checksum (CRC-32) goes first and covers the columns too, so that
/// a payload under the wrong row is found out as well. Stored: to change the
/// form, add a format number and keep reading the old ones.

namespace registrar {

/// One row of table `entries`. The columns are what the store asks by.
struct entry_row {
  std::uint64_t position = 0;
  entry_kind kind = entry_kind::decided;
  section_id section;
  std::uint64_t sequence = 0;
  std::int64_t at_ms = 0;
  /// 0 where the entry has no memo.
  std::int64_t memo_expires_ms = 0;
};

/// The columns of an entry.
entry_row row_of(std::uint64_t position, const journal_entry& entry);

/// Writes the entry's payload into `out`, replacing what is there.
void encode_entry(const entry_row& row, const journal_entry& entry,
                  std::string& out);

/// @returns nothing where the payload is not what was written.
std::optional<journal_entry> decode_entry(const entry_row& row,
                                          std::string_view payload);

/// Writes key and record into `out`, replacing what is there.
void encode_key(std::uint64_t position, const key_scope& scope,
                const key_record& record, std::string& out);

/// A row of table `keys`.
struct stored_key {
  key_scope scope;
  key_record record;
};

/// @returns nothing where the payload is not what was written.
std::optional<stored_key> decode_key(std::uint64_t position,
                                     std::string_view payload);

} // namespace registrar
