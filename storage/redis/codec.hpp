#pragma once

#include "messages/ledger.hpp"
#include "storage/redis/pipeline.hpp"
#include "storage/redis/reply.hpp"
#include "storage/rules/key_rules.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// What our values are in Redis and in the arguments of our scripts: texts of
/// fields with one space between, ids in full, a nil one `-`, times in
/// milliseconds since 1970, enumerators as their numbers. Stored: fields are
/// only ever added at the end, and numbers never change their meaning.

namespace registrar::redis_codec {

/// `-` for nil.
std::string id_text(const uuid& id);

std::int64_t milliseconds_of(timestamp at);
timestamp moment_of(std::int64_t ms);

/// One batch as an argument list of lua/decide/.
/// @param is_active whether a student counts as active when joining.
void add_batch(redis_pipeline& out, const decide_batch& batch, timestamp at,
               const std::function<bool(const student_id&)>& is_active);

/// `seats capacity version active frozen`, then
/// `sequence enrolled waitlisted`.
std::optional<section_header> take_header(const section_id& section,
                                          std::string_view text);

/// The outcome in a memo: when it expires, attempt, whether it is passing,
/// then the outcome itself.
std::optional<seat_outcome> take_memo(std::string_view text);

/// An entry of the journal. Where its registration is `=`, it is its memo's.
std::optional<journal_entry> take_entry(std::string_view text);

/// The section and sequence of an entry's text, without the rest.
struct entry_name {
  std::string_view section;
  std::uint64_t sequence = 0;
};
std::optional<entry_name> take_entry_name(std::string_view text);

/// A roster's field and value.
std::optional<live_row> take_roster_row(std::string_view registration,
                                        std::string_view value);

/// A waitlist's member and score.
std::optional<live_row> take_waitlist_row(std::string_view member,
                                          std::string_view ticket);

std::string fingerprint_text(const fingerprint& x);

/// A key's record.
std::optional<key_record> take_key(std::string_view text);

} // namespace registrar::redis_codec
