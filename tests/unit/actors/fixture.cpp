#include "tests/unit/actors/fixture.hpp"

namespace actor_tests {

uuid numbered(std::uint8_t kind, int number) {
  uuid id;
  id.bytes[0] = kind;
  id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

section_id section_of(int number) {
  return {numbered(1, number)};
}

student_id student_of(int number) {
  return {numbered(2, number)};
}

request_id request_of(int number) {
  return {numbered(3, number)};
}

catalogue_content small_catalogue() {
  catalogue_content content;
  for (int i = 1; i <= 50; ++i) {
    student row;
    row.student_id = student_of(i);
    row.student_number = "S" + std::to_string(100 + i);
    if (i == 50)
      row.enrollment_status = enrollment_status::suspended;
    content.students.push_back(row);
  }
  course math;
  math.course_id = {numbered(4, 1)};
  math.course_code = "MATH 1";
  content.courses.push_back(math);
  for (int i = 1; i <= 2; ++i) {
    semester row;
    row.semester_id = {numbered(5, i)};
    row.semester_name = i == 1 ? "open" : "over";
    row.registration_start = now_utc() - 48h;
    row.registration_end = now_utc() + (i == 1 ? 48h : -24h);
    content.semesters.push_back(row);
  }
  for (int i = 1; i <= 9; ++i) {
    section row;
    row.section_id = section_of(i);
    row.course_id = math.course_id;
    row.semester_id = {numbered(5, i == 7 || i == 8 ? 2 : 1)};
    row.section_number = "A0" + std::to_string(i);
    row.settings.total_seats = 2;
    content.sections.push_back(row);
  }
  return content;
}

registration_request request_for(int number, int student,
                                 std::vector<int> sections) {
  registration_request x;
  x.request = request_of(number);
  x.student = student_of(student);
  for (auto i : sections)
    x.sections.push_back(section_of(i));
  x.memo_ttl = 10min;
  return x;
}

decide_seat seat_for(int number, int student) {
  decide_seat x;
  x.token = static_cast<std::uint64_t>(number);
  x.command.request = request_of(number);
  x.command.student = student_of(student);
  x.command.registration = {numbered(6, number)};
  x.command.memo_ttl = 10min;
  return x;
}

ledger_worker_actor::behavior_type
silent_ledger(ledger_worker_actor::pointer self,
              std::shared_ptr<ledger_log> log) {
  return {
    [](get_status) { return actor_status{}; },
    [=](decide_batch& x) {
      log->batches.push_back(std::move(x));
      log->askers.push_back(self->current_sender());
    },
    [](begin_key&) { return key_begun{}; },
    [](complete_key&) { return key_completed{}; },
    [](get_rows& x) {
      rows_reply reply;
      reply.rows.header.section = x.section;
      reply.rows.header.sequence = 7;
      return reply;
    },
    [](get_live_registrations&) { return live_registrations{}; },
    [](standing_changed&) {},
    [=](entries_committed& x) {
      log->committed.insert(log->committed.end(), x.cursors.begin(),
                            x.cursors.end());
    },
    [](get_lag) { return ledger_lag{}; },
    [](const get_cursor& x) {
      return cursor_reply{x.section, 0};
    },
    [](ping) { return failure{}; },
    [](flush) {},
    [](tick) {},
    [](own_partitions) {},
  };
}

batch_decided all_enrolled(const decide_batch& batch, std::uint64_t sequence) {
  batch_decided x;
  x.header.section = batch.section;
  x.header.settings.total_seats = 2;
  x.header.sequence = sequence;
  x.number = batch.number;
  for (const auto& command : batch.commands) {
    seat_outcome outcome;
    outcome.status = seat_status::enrolled;
    outcome.registration = command.registration;
    x.outcomes.push_back(outcome);
  }
  return x;
}

decision_listener_actor::behavior_type
listener(decision_listener_actor::pointer, std::shared_ptr<decision_log> log) {
  return {
    [=](seats_decided& x) {
      for (auto& decision : x.decisions)
        log->decisions.push_back(std::move(decision));
    },
  };
}

} // namespace actor_tests
