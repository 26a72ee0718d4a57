#include "storage/redis/codec.hpp"
#include "storage/redis/keys.hpp"
#include "storage/redis/ledger_failures.hpp"
#include "storage/redis/seat_ledger.hpp"
#include "storage/rules/ledger_rules.hpp"

#include <algorithm>

namespace registrar {

using namespace redis_failures;

namespace {

std::optional<section_rows> rows_in(redis_value reply,
                                    const section_header& header) {
  section_rows result;
  result.header = header;
  result.next_ticket = header.sequence + 1;
  for (std::size_t i = 0; i + 1 < reply[1].size(); i += 2) {
    if (reply[1][i].text() == redis_keys::roster_counts)
      continue;
    auto row = redis_codec::take_roster_row(reply[1][i].text(),
                                            reply[1][i + 1].text());
    if (!row)
      return std::nullopt;
    result.roster.push_back(*row);
  }
  for (std::size_t i = 0; i + 1 < reply[2].size(); i += 2) {
    auto row = redis_codec::take_waitlist_row(reply[2][i].text(),
                                              reply[2][i + 1].text());
    if (!row)
      return std::nullopt;
    result.waitlist.push_back(*row);
  }
  std::sort(result.roster.begin(), result.roster.end(),
            [](const live_row& x, const live_row& y) {
              return x.sequence < y.sequence;
            });
  return result;
}

/// Of settings and a roster's counts.
std::string header_text(redis_value settings, redis_value counts) {
  std::string result{settings.text()};
  return result.append(" ").append(counts.text());
}

} // namespace

fallible<std::vector<std::vector<live_registration>>>
redis_seat_ledger::registrations(std::span<const student_id> students) {
  std::vector<std::vector<live_registration>> result(students.size());
  if (students.empty())
    return result;
  redis_pipeline all;
  for (std::uint32_t i = 0; i < partition_count; ++i) {
    all.start(registrations_script, {redis_keys::epoch(i)});
    for (const auto& student : students)
      all.add(student.to_string());
  }
  auto replies = redis_.read(all);
  if (!replies)
    return replies.error();
  for (std::uint32_t p = 0; p < partition_count; ++p) {
    if ((*replies)[p].is_nil())
      return lost_epoch(p);
    for (std::size_t i = 0; i < students.size(); ++i) {
      auto found = (*replies)[p][i];
      for (std::size_t k = 0; k + 3 < found.size(); k += 4) {
        auto section = section_id::parse(found[k].text());
        auto registration = registration_id::parse(found[k + 1].text());
        if (!section || !registration)
          return corrupt("a registration of student "
                         + students[i].to_string());
        auto position = static_cast<std::uint32_t>(found[k + 3].number());
        result[i].push_back({*section, *registration, position != 0, position,
                             redis_codec::moment_of(found[k + 2].number())});
      }
    }
  }
  for (auto& x : result)
    std::sort(x.begin(), x.end(),
              [](const live_registration& a, const live_registration& b) {
                return a.section < b.section;
              });
  return result;
}

fallible<std::vector<section_rows>>
redis_seat_ledger::rows(std::span<const section_id> sections) {
  std::vector<section_rows> result;
  redis_pipeline all;
  for (const auto& id : sections) {
    all.call("MULTI");
    all.call("HGET", redis_keys::section(id), "settings");
    all.call("HGETALL", redis_keys::roster(id));
    all.call("ZRANGE", redis_keys::waitlist(id), 0, -1, "WITHSCORES");
    all.call("HGET", redis_keys::roster(id), redis_keys::roster_counts);
    all.call("EXEC");
  }
  auto replies = redis_.read(all);
  if (!replies)
    return replies.error();
  for (std::size_t i = 0; i < sections.size(); ++i) {
    auto reply = (*replies)[6 * i + 5];
    const auto& id = sections[i];
    if (reply[0].is_nil())
      return ledger_rules::missing(id);
    if (reply[3].is_nil())
      return named("no rows", id);
    auto header = redis_codec::take_header(id, header_text(reply[0], reply[3]));
    auto rows = header ? rows_in(reply, *header) : std::nullopt;
    if (!rows)
      return corrupt("a row of section " + id.to_string());
    if (rows->roster.size() != header->enrolled
        || rows->waitlist.size() != header->waitlisted)
      return named("no rows", id);
    result.push_back(std::move(*rows));
  }
  return result;
}

fallible<std::vector<section_header>> redis_seat_ledger::headers() {
  redis_pipeline all;
  for (auto p : partitions_)
    all.start(headers_script, {redis_keys::epoch(p)});
  auto replies = redis_.read(all);
  if (!replies)
    return replies.error();
  std::vector<section_header> result;
  for (std::size_t n = 0; n < partitions_.size(); ++n) {
    auto reply = (*replies)[n];
    if (reply.is_nil())
      return lost_epoch(partitions_[n]);
    for (std::size_t i = 0; i + 1 < reply.size(); i += 2) {
      auto id = section_id::parse(reply[i].text());
      auto header = id ? redis_codec::take_header(*id, reply[i + 1].text())
                       : std::nullopt;
      if (!header)
        return corrupt("section " + std::string{reply[i].text()});
      result.push_back(*header);
    }
  }
  std::sort(result.begin(), result.end(),
            [](const section_header& x, const section_header& y) {
              return x.section < y.section;
            });
  return result;
}

} // namespace registrar
