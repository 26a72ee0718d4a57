#pragma once

#include "messages/json.hpp"
#include "storage/ports/registration_store.hpp"

#include <string>

/// What every registration store does alike when it gives an entry up.

namespace registrar {

/// The letter of an entry: the same id each time, so that one that is written
/// twice is kept once.
inline dead_letter letter_of(const refused_entry& refused, timestamp at) {
  const auto& entry = refused.entry;
  dead_letter result;
  auto name = "registrar:dead-letter:" + entry.after.section.to_string() + ":"
              + std::to_string(entry.after.sequence);
  result.id = uuid::named(uuid::url_namespace(), name);
  result.section = entry.after.section;
  result.student = entry.student;
  result.registration = entry.registration;
  result.sequence = entry.after.sequence;
  result.kind = to_string(entry.kind);
  result.entry = to_json(entry);
  result.sqlstate = refused.sqlstate;
  result.reason = refused.reason;
  result.at = at;
  return result;
}

/// A registration that was taken back can be made again. Of anything else
/// nothing is missing: SQL has taken over the ledger's rows.
inline bool can_be_retried(const dead_letter& x) {
  return !x.student.is_nil()
         && (x.kind == "enrolled" || x.kind == "waitlisted"
             || x.kind == "promoted");
}

/// What is written in the place of an entry that is given up: the section's
/// settings and cursor after it, and no row.
inline journal_entry passing_over(const journal_entry& entry) {
  journal_entry result;
  result.kind = entry_kind::settings_changed;
  result.after = entry.after;
  result.at = entry.at;
  return result;
}

/// The answer to a dead letter that would leave a hole behind the cursor.
inline failure skips_entries(const journal_entry& entry, std::uint64_t cursor) {
  return {ec::internal,
          "The dead letter of entry " + std::to_string(entry.after.sequence)
            + " of section " + entry.after.section.to_string()
            + " would skip entries behind " + std::to_string(cursor) + "."};
}

/// The answer to rows that do not hold the entry that they stand for.
inline failure is_before(const journal_entry& entry, const section_rows& rows) {
  return {ec::internal,
          "The rows of section " + entry.after.section.to_string()
            + " are those after entry " + std::to_string(rows.header.sequence)
            + " and lack entry " + std::to_string(entry.after.sequence) + "."};
}

} // namespace registrar
