#include "tests/unit/actors/sync_fixture.hpp"

namespace actor_tests {

journal_entry entry_of(int section, std::uint64_t sequence) {
  journal_entry x;
  x.kind = sequence == 1 ? entry_kind::section_created : entry_kind::enrolled;
  x.after.section = section_of(section);
  x.after.settings.total_seats = 1'000'000;
  x.after.sequence = sequence;
  x.after.enrolled = static_cast<std::uint32_t>(sequence - 1);
  x.at = now_utc();
  if (sequence > 1) {
    auto number = static_cast<int>(sequence);
    x.request = request_of(number);
    x.student = student_of(number);
    x.registration = {numbered(6, number)};
  }
  return x;
}

std::vector<journal_entry> entries_of(int section, std::uint64_t from,
                                      std::uint64_t to) {
  std::vector<journal_entry> result;
  for (auto i = from; i <= to; ++i)
    result.push_back(entry_of(section, i));
  return result;
}

std::vector<journal_entry> a_promotion(int section) {
  auto result = entries_of(section, 1, 3);
  result[1].kind = entry_kind::waitlisted;
  result[1].ticket = 2;
  result[2].kind = entry_kind::promoted;
  result[2].student = result[1].student;
  result[2].registration = result[1].registration;
  result[2].request = result[1].request;
  return result;
}

journal_reader_actor::behavior_type
silent_reader(journal_reader_actor::pointer, std::shared_ptr<sync_log> log) {
  return {
    [](get_status) { return actor_status{}; },
    [=](fill_gap& x) { log->gaps.push_back(x); },
    [](ping) { return failure{}; },
    [](tick) {},
    [](const partitions_moved&) {},
  };
}

waitlist_worker_actor::behavior_type
silent_waitlist(waitlist_worker_actor::pointer, std::shared_ptr<sync_log> log) {
  return {
    [](get_status) { return actor_status{}; },
    [=](entries_appended& x) {
      for (auto& entry : x.entries)
        log->entries.push_back(std::move(entry));
    },
    [](flush) {},
  };
}

database_sync_worker_actor::behavior_type
silent_sync(database_sync_worker_actor::pointer,
            std::shared_ptr<sync_log> log) {
  return {
    [](get_status) { return actor_status{}; },
    [=](entries_appended& x) {
      log->portions.push_back(x.entries.size());
      for (auto& entry : x.entries)
        log->entries.push_back(std::move(entry));
    },
    [=](project_section& x) { log->projections.push_back(std::move(x)); },
    [](const batch_decided&) {},
    [](const get_failed_registrations&) {
      return failed_registrations_reply{};
    },
    [=](ping) { return log->answer_to_ping; },
    [](flush) {},
    [](tick) {},
    [](const entries_committed&) {},
  };
}

} // namespace actor_tests
