#include "storage/redis/codec.hpp"

#include "config/limits.hpp"
#include "messages/refusals.hpp"

#include <algorithm>

namespace registrar::redis_codec {

std::string id_text(const uuid& id) {
  return id.is_nil() ? "-" : id.to_string();
}

std::int64_t milliseconds_of(timestamp at) {
  return at.time_since_epoch().count();
}

timestamp moment_of(std::int64_t ms) {
  return timestamp{std::chrono::milliseconds{ms}};
}

namespace {

template <class Enum>
constexpr int number_of(Enum x) {
  return static_cast<int>(x);
}

// The numbers that lua/decide/ uses, and that Redis holds.
static_assert(number_of(seat_status::undecided) == 0);
static_assert(number_of(seat_status::enrolled) == 1);
static_assert(number_of(seat_status::waitlisted) == 2);
static_assert(number_of(seat_status::already_registered) == 3);
static_assert(number_of(seat_status::rejected) == 4);
static_assert(number_of(seat_status::dropped) == 5);
static_assert(number_of(seat_status::left_waitlist) == 6);
static_assert(number_of(seat_status::not_registered) == 7);
static_assert(number_of(seat_status::withdrawn) == 8);
static_assert(number_of(seat_status::nothing_to_withdraw) == 9);
static_assert(number_of(seat_status::settings_changed) == 10);
static_assert(number_of(seat_status::settings_unchanged) == 11);
static_assert(number_of(seat_status::version_mismatch) == 12);
static_assert(number_of(entry_kind::section_created) == 0);
static_assert(number_of(entry_kind::enrolled) == 1);
static_assert(number_of(entry_kind::waitlisted) == 2);
static_assert(number_of(entry_kind::dropped) == 3);
static_assert(number_of(entry_kind::left_waitlist) == 4);
static_assert(number_of(entry_kind::promoted) == 5);
static_assert(number_of(entry_kind::withdrawn) == 6);
static_assert(number_of(entry_kind::removed_from_waitlist) == 7);
static_assert(number_of(entry_kind::settings_changed) == 8);
static_assert(number_of(entry_kind::decided) == 9);
static_assert(number_of(refusal_reason::section_not_found) == 0);
static_assert(number_of(refusal_reason::section_inactive) == 1);
static_assert(number_of(refusal_reason::course_inactive) == 2);
static_assert(number_of(refusal_reason::semester_inactive) == 3);
static_assert(number_of(refusal_reason::section_full) == 4);
static_assert(number_of(refusal_reason::window_not_yet_open) == 5);
static_assert(number_of(refusal_reason::window_over) == 6);
static_assert(number_of(refusal_reason::section_frozen) == 7);
static_assert(number_of(refusal_reason::duplicate_in_request) == 8);
static_assert(number_of(refusal_reason::student_inactive) == 9);
static_assert(changes_total_seats == 1 && changes_waitlist_capacity == 2
              && changes_is_active == 4 && changes_is_frozen == 8);

std::string settings_text(const section_settings& x) {
  return std::to_string(x.total_seats) + ' '
         + std::to_string(x.waitlist_capacity) + ' ' + std::to_string(x.version)
         + (x.is_active ? " 1" : " 0") + (x.is_frozen ? " 1" : " 0");
}

std::string refusals_text(const std::vector<refusal>& refusals) {
  std::string result;
  for (const auto& x : refusals) {
    if (!result.empty())
      result += ',';
    result += std::to_string(number_of(x.reason)) + ':'
              + std::to_string(milliseconds_of(x.opens_at));
  }
  return result;
}

const char* flag(bool x) {
  return x ? "1" : "0";
}

/// What is the same for most commands of a round trip: the script takes it
/// apart once.
std::string terms_text(const ledger_command& command, timestamp at,
                       bool is_active) {
  static constexpr const char* kinds[] = {"R ", "D ", "W ", "S "};
  using std::chrono::milliseconds;
  milliseconds kept{0};
  if (command.memo_ttl > milliseconds{0})
    kept = command.memo_ttl + limits::redis_expiry_margin;
  auto result = kinds[number_of(command.kind)] + std::to_string(command.attempt)
                + ' ' + std::to_string(milliseconds_of(at + command.memo_ttl))
                + ' ' + std::to_string(kept.count());
  if (command.kind == command_kind::register_student) {
    auto passes
      = std::all_of(command.verdict.begin(), command.verdict.end(),
                    [](const refusal& x) { return is_passing(x.reason); });
    result.append(is_active ? " 1" : " 0").append(passes ? " 1 " : " 0 ");
    result += refusals_text(command.verdict);
  }
  return result;
}

void add_command(redis_pipeline& out, const ledger_command& command,
                 timestamp at, bool is_active) {
  out.add(terms_text(command, at, is_active));
  out.add(id_text(command.request.value));
  switch (command.kind) {
    case command_kind::register_student:
      out.add(id_text(command.student.value));
      out.add(id_text(command.registration.value));
      break;
    case command_kind::drop: out.add(id_text(command.student.value)); break;
    case command_kind::withdraw:
      out.add(id_text(command.registration.value)).add(command.failure_reason);
      break;
    case command_kind::change_settings:
      out.add(std::uint32_t{command.changed}).add(command.if_version);
      out.add(command.settings.total_seats);
      out.add(command.settings.waitlist_capacity);
      out.add(flag(command.settings.is_active));
      out.add(flag(command.settings.is_frozen));
      break;
  }
}

section_settings take_settings(field_reader& in) {
  section_settings result;
  result.total_seats = in.take_number<std::uint32_t>();
  result.waitlist_capacity = in.take_number<std::uint32_t>();
  result.version = in.take_number<std::uint64_t>();
  result.is_active = in.take_number<int>() != 0;
  result.is_frozen = in.take_number<int>() != 0;
  return result;
}

timestamp take_moment(field_reader& in) {
  return moment_of(in.take_number<std::int64_t>());
}

bool take_refusals(std::string_view text, std::vector<refusal>& out) {
  if (text == "-")
    return true;
  while (!text.empty()) {
    auto item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    auto colon = item.find(':');
    if (colon == item.npos)
      return false;
    field_reader reason{item.substr(0, colon)};
    field_reader opens_at{item.substr(colon + 1)};
    out.push_back({static_cast<refusal_reason>(reason.take_number<int>()),
                   take_moment(opens_at)});
    if (!reason.is_good() || !opens_at.is_good()
        || out.back().reason > refusal_reason::student_inactive)
      return false;
  }
  return true;
}

struct memo_fields {
  timestamp expires;
  std::uint32_t attempt = 0;
  seat_outcome outcome;
};

bool take_outcome(field_reader& in, seat_outcome& out) {
  out.status = static_cast<seat_status>(in.take_number<int>());
  out.registration = in.take_id<registration_id>();
  out.waitlist_position = in.take_number<std::uint32_t>();
  out.sequence = in.take_number<std::uint64_t>();
  return take_refusals(in.take(), out.refusals) && in.is_good()
         && out.status <= seat_status::version_mismatch;
}

std::optional<memo_fields> take_memo(field_reader& in) {
  memo_fields result;
  result.expires = take_moment(in);
  result.attempt = in.take_number<std::uint32_t>();
  // Whether it is passing: what the ledger alone asks.
  static_cast<void>(in.take_number<int>());
  if (!take_outcome(in, result.outcome))
    return std::nullopt;
  return result;
}

} // namespace

void add_batch(redis_pipeline& out, const decide_batch& batch, timestamp at,
               const std::function<bool(const student_id&)>& is_active) {
  out.add(batch.section.to_string());
  auto head = std::to_string(batch.commands.size()) + ' '
              + std::to_string(batch.owner.number) + ' '
              + std::to_string(batch.owner.token);
  if (batch.may_create)
    head += ' ' + settings_text(batch.initial);
  out.add(head);
  for (const auto& command : batch.commands)
    add_command(out, command, at, is_active(command.student));
}

std::optional<section_header> take_header(const section_id& section,
                                          std::string_view text) {
  field_reader in{text};
  section_header result;
  result.section = section;
  result.settings = take_settings(in);
  result.sequence = in.take_number<std::uint64_t>();
  result.enrolled = in.take_number<std::uint32_t>();
  result.waitlisted = in.take_number<std::uint32_t>();
  if (!in.is_good())
    return std::nullopt;
  return result;
}

std::optional<seat_outcome> take_memo(std::string_view text) {
  field_reader in{text};
  auto result = take_memo(in);
  if (!result)
    return std::nullopt;
  return std::move(result->outcome);
}

std::optional<journal_entry> take_entry(std::string_view text) {
  field_reader in{text};
  journal_entry entry;
  entry.kind = static_cast<entry_kind>(in.take_number<int>());
  entry.after.section = in.take_id<section_id>();
  entry.after.settings = take_settings(in);
  entry.after.sequence = in.take_number<std::uint64_t>();
  entry.after.enrolled = in.take_number<std::uint32_t>();
  entry.after.waitlisted = in.take_number<std::uint32_t>();
  entry.at = take_moment(in);
  entry.request = in.take_id<request_id>();
  entry.student = in.take_id<student_id>();
  auto registration = in.take();
  entry.ticket = in.take_number<std::uint64_t>();
  auto memo = take_memo(in);
  if (!memo || entry.kind > entry_kind::decided)
    return std::nullopt;
  entry.memo_expires = memo->expires;
  entry.memo_attempt = memo->attempt;
  entry.memo = std::move(memo->outcome);
  if (registration == "=") {
    entry.registration = entry.memo.registration;
  } else {
    field_reader id{registration};
    entry.registration = id.take_id<registration_id>();
    if (!id.is_good())
      return std::nullopt;
  }
  entry.failure_reason = in.rest();
  return entry;
}

std::optional<entry_name> take_entry_name(std::string_view text) {
  field_reader in{text};
  static_cast<void>(in.take());
  entry_name result;
  result.section = in.take();
  static_cast<void>(take_settings(in));
  result.sequence = in.take_number<std::uint64_t>();
  if (!in.is_good())
    return std::nullopt;
  return result;
}

std::optional<live_row> take_roster_row(std::string_view registration,
                                        std::string_view value) {
  field_reader name{registration};
  field_reader in{value};
  live_row row;
  row.registration = name.take_id<registration_id>();
  row.student = in.take_id<student_id>();
  row.request = in.take_id<request_id>();
  row.sequence = in.take_number<std::uint64_t>();
  row.since = take_moment(in);
  if (!name.is_good() || !in.is_good())
    return std::nullopt;
  return row;
}

std::optional<live_row> take_waitlist_row(std::string_view member,
                                          std::string_view ticket) {
  field_reader in{member};
  field_reader score{ticket};
  live_row row;
  row.registration = in.take_id<registration_id>();
  row.student = in.take_id<student_id>();
  row.request = in.take_id<request_id>();
  row.since = take_moment(in);
  row.ticket = score.take_number<std::uint64_t>();
  if (!in.is_good() || !score.is_good())
    return std::nullopt;
  return row;
}

std::string fingerprint_text(const fingerprint& x) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string result;
  result.reserve(2 * x.size());
  for (auto byte : x) {
    result += digits[byte >> 4];
    result += digits[byte & 15];
  }
  return result;
}

std::optional<key_record> take_key(std::string_view text) {
  field_reader in{text};
  key_record record;
  auto print = in.take();
  record.attempt = in.take_number<std::uint32_t>();
  record.lease_ends = take_moment(in);
  record.incarnation = in.take_number<std::uint64_t>();
  record.expires = take_moment(in);
  record.is_completed = in.take_number<int>() != 0;
  record.response = in.rest();
  if (!in.is_good() || print.size() != 2 * record.fingerprint.size())
    return std::nullopt;
  for (std::size_t i = 0; i < record.fingerprint.size(); ++i) {
    auto* first = print.data() + 2 * i;
    auto [end, error]
      = std::from_chars(first, first + 2, record.fingerprint[i], 16);
    if (error != std::errc{} || end != first + 2)
      return std::nullopt;
  }
  return record;
}

} // namespace registrar::redis_codec
