#include "storage/embedded/journal_codec.hpp"

#include "storage/embedded/byte_stream.hpp"
#include "storage/rules/digest.hpp"

#include <cstring>

#include <zlib.h>

namespace registrar {

namespace {

constexpr std::size_t checksum_bytes = 4;

/// Which parts an entry's payload has.
enum entry_parts : std::uint8_t {
  has_student = 1,
  has_registration = 2,
  has_reason = 4,
  has_memo = 8,
  has_ticket = 16,
};

/// Whose registration a memo names.
enum class memo_registration : std::uint8_t { none, of_entry, other };

std::int64_t milliseconds_of(timestamp at) {
  return at.time_since_epoch().count();
}

timestamp moment_of(std::int64_t ms) {
  return timestamp{std::chrono::milliseconds{ms}};
}

std::uint32_t checksum(std::uint32_t so_far, std::string_view bytes) {
  return static_cast<std::uint32_t>(
    crc32(so_far, reinterpret_cast<const Bytef*>(bytes.data()),
          static_cast<uInt>(bytes.size())));
}

std::uint32_t checksum_of(const entry_row& row, std::string_view body) {
  unsigned char columns[8 * 4 + 1 + 16];
  auto* at = columns;
  for (auto number :
       {row.position, row.sequence, static_cast<std::uint64_t>(row.at_ms),
        static_cast<std::uint64_t>(row.memo_expires_ms)})
    for (int i = 0; i < 8; ++i)
      *at++ = static_cast<unsigned char>(number >> (8 * i));
  *at++ = static_cast<unsigned char>(row.kind);
  std::memcpy(at, row.section.value.bytes.data(), 16);
  auto head = static_cast<std::uint32_t>(crc32(0, columns, sizeof columns));
  return checksum(head, body);
}

std::uint32_t checksum_of(std::uint64_t position, std::string_view body) {
  return checksum(static_cast<std::uint32_t>(mix64(position)), body);
}

void put_checksum(std::uint32_t sum, std::string& out) {
  for (std::size_t i = 0; i < checksum_bytes; ++i)
    out[i] = static_cast<char>(sum >> (8 * i));
}

std::string_view body_of(std::string_view payload) {
  return payload.substr(std::min(payload.size(), checksum_bytes));
}

bool has_checksum(std::string_view payload, std::uint32_t sum) {
  return payload.size() > checksum_bytes
         && byte_reader{payload}.take_fixed(checksum_bytes) == sum;
}

void put_settings(byte_writer& out, const section_settings& x) {
  out.put_byte(
    static_cast<std::uint8_t>((x.is_active ? 1 : 0) | (x.is_frozen ? 2 : 0)
                              | (x.waitlist_capacity != unlimited ? 4 : 0)));
  out.put_number(x.total_seats);
  if (x.waitlist_capacity != unlimited)
    out.put_number(x.waitlist_capacity);
  out.put_number(x.version);
}

section_settings take_settings(byte_reader& in) {
  section_settings result;
  auto flags = in.take_byte();
  result.is_active = (flags & 1) != 0;
  result.is_frozen = (flags & 2) != 0;
  result.total_seats = static_cast<std::uint32_t>(in.take_number());
  if (flags & 4)
    result.waitlist_capacity = static_cast<std::uint32_t>(in.take_number());
  result.version = in.take_number();
  return result;
}

void put_refusals(byte_writer& out, const std::vector<refusal>& refusals) {
  out.put_number(refusals.size());
  for (const auto& x : refusals) {
    out.put_byte(static_cast<std::uint8_t>(x.reason));
    out.put_number(static_cast<std::uint64_t>(milliseconds_of(x.opens_at)));
  }
}

std::vector<refusal> take_refusals(byte_reader& in) {
  std::vector<refusal> result;
  for (auto left = in.take_number(); left > 0 && in.has_more(); --left) {
    auto reason = static_cast<refusal_reason>(in.take_byte());
    auto opens_at = moment_of(static_cast<std::int64_t>(in.take_number()));
    result.push_back({reason, opens_at});
  }
  return result;
}

void put_memo(byte_writer& out, const journal_entry& entry) {
  const auto& memo = entry.memo;
  out.put_byte(static_cast<std::uint8_t>(memo.status));
  auto whose = memo_registration::other;
  if (memo.registration.is_nil())
    whose = memo_registration::none;
  else if (memo.registration == entry.registration)
    whose = memo_registration::of_entry;
  out.put_byte(static_cast<std::uint8_t>(whose));
  if (whose == memo_registration::other)
    out.put_id(memo.registration);
  out.put_number(memo.waitlist_position);
  put_refusals(out, memo.refusals);
  out.put_number(memo.sequence);
  out.put_number(entry.memo_attempt);
}

void take_memo(byte_reader& in, journal_entry& entry) {
  auto& memo = entry.memo;
  memo.status = static_cast<seat_status>(in.take_byte());
  switch (static_cast<memo_registration>(in.take_byte())) {
    case memo_registration::none: break;
    case memo_registration::of_entry:
      memo.registration = entry.registration;
      break;
    case memo_registration::other:
      memo.registration = in.take_id<registration_id>();
      break;
  }
  memo.waitlist_position = static_cast<std::uint32_t>(in.take_number());
  memo.refusals = take_refusals(in);
  memo.sequence = in.take_number();
  entry.memo_attempt = static_cast<std::uint32_t>(in.take_number());
}

} // namespace

entry_row row_of(std::uint64_t position, const journal_entry& entry) {
  auto keeps_memo = entry.memo.status != seat_status::undecided;
  return {position,
          entry.kind,
          entry.after.section,
          entry.after.sequence,
          milliseconds_of(entry.at),
          keeps_memo ? milliseconds_of(entry.memo_expires) : 0};
}

void encode_entry(const entry_row& row, const journal_entry& entry,
                  std::string& out) {
  out.assign(checksum_bytes, '\0');
  byte_writer writer{out};
  auto keeps_memo = entry.memo.status != seat_status::undecided;
  writer.put_byte(static_cast<std::uint8_t>(
    (entry.student.is_nil() ? 0 : has_student)
    | (entry.registration.is_nil() ? 0 : has_registration)
    | (entry.failure_reason.empty() ? 0 : has_reason)
    | (keeps_memo ? has_memo : 0) | (entry.ticket != 0 ? has_ticket : 0)));
  put_settings(writer, entry.after.settings);
  writer.put_number(entry.after.enrolled);
  writer.put_number(entry.after.waitlisted);
  writer.put_fixed(entry.digest, 8);
  writer.put_id(entry.request);
  if (!entry.student.is_nil())
    writer.put_id(entry.student);
  if (!entry.registration.is_nil())
    writer.put_id(entry.registration);
  if (entry.ticket != 0)
    writer.put_number(entry.ticket);
  if (!entry.failure_reason.empty())
    writer.put_text(entry.failure_reason);
  if (keeps_memo)
    put_memo(writer, entry);
  put_checksum(checksum_of(row, body_of(out)), out);
}

std::optional<journal_entry> decode_entry(const entry_row& row,
                                          std::string_view payload) {
  if (!has_checksum(payload, checksum_of(row, body_of(payload))))
    return std::nullopt;
  byte_reader in{body_of(payload)};
  auto parts = in.take_byte();
  journal_entry entry;
  entry.kind = row.kind;
  entry.after.section = row.section;
  entry.after.sequence = row.sequence;
  entry.at = moment_of(row.at_ms);
  entry.after.settings = take_settings(in);
  entry.after.enrolled = static_cast<std::uint32_t>(in.take_number());
  entry.after.waitlisted = static_cast<std::uint32_t>(in.take_number());
  entry.digest = in.take_fixed(8);
  entry.request = in.take_id<request_id>();
  if (parts & has_student)
    entry.student = in.take_id<student_id>();
  if (parts & has_registration)
    entry.registration = in.take_id<registration_id>();
  if (parts & has_ticket)
    entry.ticket = in.take_number();
  if (parts & has_reason)
    entry.failure_reason = in.take_text();
  if (parts & has_memo) {
    entry.memo_expires = moment_of(row.memo_expires_ms);
    take_memo(in, entry);
  }
  if (!in.is_at_end())
    return std::nullopt;
  return entry;
}

void encode_key(std::uint64_t position, const key_scope& scope,
                const key_record& record, std::string& out) {
  out.assign(checksum_bytes, '\0');
  byte_writer writer{out};
  writer.put_id(scope.student);
  writer.put_byte(static_cast<std::uint8_t>(scope.route));
  writer.put_text(scope.key);
  for (auto byte : record.fingerprint)
    writer.put_byte(byte);
  writer.put_number(record.attempt);
  writer.put_fixed(
    static_cast<std::uint64_t>(milliseconds_of(record.lease_ends)), 8);
  writer.put_number(record.incarnation);
  writer.put_fixed(static_cast<std::uint64_t>(milliseconds_of(record.expires)),
                   8);
  writer.put_byte(record.is_completed ? 1 : 0);
  writer.put_text(record.response);
  put_checksum(checksum_of(position, body_of(out)), out);
}

std::optional<stored_key> decode_key(std::uint64_t position,
                                     std::string_view payload) {
  if (!has_checksum(payload, checksum_of(position, body_of(payload))))
    return std::nullopt;
  byte_reader in{body_of(payload)};
  stored_key result;
  result.scope.student = in.take_id<student_id>();
  result.scope.route = static_cast<route>(in.take_byte());
  result.scope.key = in.take_text();
  auto& record = result.record;
  for (auto& byte : record.fingerprint)
    byte = in.take_byte();
  record.attempt = static_cast<std::uint32_t>(in.take_number());
  record.lease_ends = moment_of(static_cast<std::int64_t>(in.take_fixed(8)));
  record.incarnation = in.take_number();
  record.expires = moment_of(static_cast<std::int64_t>(in.take_fixed(8)));
  record.is_completed = in.take_byte() != 0;
  record.response = in.take_text();
  if (!in.is_at_end())
    return std::nullopt;
  return result;
}

} // namespace registrar
