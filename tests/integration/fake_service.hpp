#pragma once

#include "messages/service.hpp"
#include "storage/memory/ledger_stores.hpp"
#include "tests/integration/fake_operations.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace registrar::test {

/// Stands in for the actors: answers what the test put there, from a thread of
/// its own, and keeps what it was asked. Keys live in the memory store, under
/// the real rules.
class fake_service : public service {
public:
  fake_service();
  ~fake_service() override;

  // -- what it answers --------------------------------------------------------

  /// By default everything is enrolled or dropped.
  std::function<registration_reply(const registration_request&)> decide;
  /// Where set: takes registrations over whole, in place of `decide`.
  std::function<void(registration_request, reply_to<registration_reply>)>
    on_submit;
  /// By default the key rules decide.
  std::function<key_begun(const begin_key&)> begin_answer;
  std::function<key_completed(const complete_key&)> complete_answer;
  fallible<std::vector<registration_view>> registrations_answer;
  fallible<section_page> page_answer;
  fallible<section_view> section_answer;
  fallible<section_rows> rows_answer;
  /// Who watches is answered this, and told what the test tells.
  fallible<std::vector<shared_state>> watch_answer;
  fallible<student> student_answer;
  fallible<course> course_answer;
  fallible<semester> semester_answer;
  /// Lists answer as many of these as they are asked for.
  std::vector<student> students;
  std::vector<course> courses;
  std::vector<semester> semesters;
  service_status status_answer{true, {}, {}};
  service_meters counted;
  service_census census_answer;
  fake_operations for_operators;

  /// Sets the load that it has from now on; none at first.
  void carry(const service_load& load);

  /// Every section of the request enrolled, or dropped.
  static registration_reply enrolled(const registration_request& request);

  // -- what it was asked ------------------------------------------------------

  std::vector<registration_request> submitted() const;
  std::vector<begin_key> begun() const;
  std::vector<complete_key> completed() const;
  /// All that were asked, those that are over too.
  std::vector<watch_request> watched() const;
  list_sections asked_list;
  list_rows asked_rows;
  registrar::section created_section;
  student created_student;
  course created_course;
  semester created_semester;
  change_section changed_section;
  change_student changed_student;
  change_course changed_course;
  change_semester changed_semester;
  bool asked_verbosely = false;

  // -- when it answers --------------------------------------------------------

  /// Keeps answers back until `release`.
  void hold();
  void release();
  /// Answers the one that came last, and goes on holding.
  void release_last();
  /// Until `count` answers are kept back; false after 20 s.
  bool wait_for_held(std::size_t count);

  // -- who watches ------------------------------------------------------------

  /// How many still do.
  std::size_t watchers() const;
  /// Tells everybody.
  void tell(const shared_state& state);
  void end_watching();

  // -- service ----------------------------------------------------------------

  void begin(begin_key key, reply_to<key_begun> done) override;
  void complete(complete_key key, reply_to<key_completed> done) override;
  void submit(registration_request request,
              reply_to<registration_reply> done) override;
  void registrations(
    student_id student,
    reply_to<fallible<std::vector<registration_view>>> done) override;
  void sections(list_sections query,
                reply_to<fallible<section_page>> done) override;
  void section(section_id section,
               reply_to<fallible<section_view>> done) override;
  void rows(section_id section, reply_to<fallible<section_rows>> done) override;
  void change(change_section change,
              reply_to<fallible<section_view>> done) override;
  void watch(watch_request what,
             reply_to<fallible<std::vector<shared_state>>> done) override;
  void create(registrar::section row,
              reply_to<fallible<section_view>> done) override;
  void create(student row, reply_to<fallible<student>> done) override;
  void create(course row, reply_to<fallible<course>> done) override;
  void create(semester row, reply_to<fallible<semester>> done) override;
  void change(change_student change, reply_to<fallible<student>> done) override;
  void change(change_course change, reply_to<fallible<course>> done) override;
  void change(change_semester change,
              reply_to<fallible<semester>> done) override;
  void find(student_id id, reply_to<fallible<student>> done) override;
  void find(course_id id, reply_to<fallible<course>> done) override;
  void find(semester_id id, reply_to<fallible<semester>> done) override;
  void list_students(list_rows query,
                     reply_to<fallible<std::vector<student>>> done) override;
  void list_courses(list_rows query,
                    reply_to<fallible<std::vector<course>>> done) override;
  void list_semesters(list_rows query,
                      reply_to<fallible<std::vector<semester>>> done) override;
  void status(bool verbose, reply_to<service_status> done) override;
  service_load load() const override;
  const service_meters& meters() const override;
  service_census census() const override;
  operations_service& operations() override;

private:
  using action = std::function<void()>;

  void post(action act);
  void run();

  memory_ledger ledger_;
  std::unique_ptr<ledger_stores> stores_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<action> actions_;
  std::vector<registration_request> submitted_;
  std::vector<begin_key> begun_;
  std::vector<complete_key> completed_;
  std::vector<watch_request> watched_;
  service_load load_;
  bool is_holding_ = false;
  bool is_ending_ = false;
  std::thread thread_;
};

/// Every section rejected for this reason.
registration_reply refused(const registration_request& request,
                           refusal_reason reason);

} // namespace registrar::test
