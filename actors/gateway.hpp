#pragma once

#include "actors/catalogue_view.hpp"
#include "actors/directory.hpp"
#include "config/settings.hpp"
#include "messages/service.hpp"

#include <caf/fwd.hpp>

#include <memory>

namespace registrar {

class call_table;
class operations_gateway;

/// The service as http/ sees it: turns each call into one message to an actor
/// and each answer into one call of `done`.
///
/// Answers come back through an actor without a mailbox of its own: they are
/// handed over on the thread that sent them, which saves a hop. Every call is
/// answered exactly once; a sweep answers for an actor that did not.
class gateway : public service {
public:
  gateway(caf::actor_system& system, const settings& config,
          std::shared_ptr<directory> peers,
          std::shared_ptr<catalogue_view> view);
  ~gateway() override;

  gateway(const gateway&) = delete;
  gateway& operator=(const gateway&) = delete;

  // -- students' requests -----------------------------------------------------

  void begin(begin_key key, reply_to<key_begun> done) override;
  void complete(complete_key key, reply_to<key_completed> done) override;
  void submit(registration_request request,
              reply_to<registration_reply> done) override;
  void registrations(
    student_id student,
    reply_to<fallible<std::vector<registration_view>>> done) override;

  // -- sections ---------------------------------------------------------------

  void sections(list_sections query,
                reply_to<fallible<section_page>> done) override;
  void section(section_id section,
               reply_to<fallible<section_view>> done) override;
  void rows(section_id section, reply_to<fallible<section_rows>> done) override;
  void change(change_section change,
              reply_to<fallible<section_view>> done) override;

  // -- watching ---------------------------------------------------------------

  void watch(watch_request what,
             reply_to<fallible<std::vector<shared_state>>> done) override;

  // -- catalogue --------------------------------------------------------------

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

  // -- health -----------------------------------------------------------------

  void status(bool verbose, reply_to<service_status> done) override;
  service_load load() const override;
  const service_meters& meters() const override;
  service_census census() const override;

  // -- operators --------------------------------------------------------------

  operations_service& operations() override;

private:
  /// Tells the event feed of the answer first.
  reply_to<registration_reply> telling_feed(student_id student,
                                            reply_to<registration_reply> done);
  void with_header(section_id section, reply_to<fallible<header_reply>> done);
  /// Of a section that another node owns; stale where that does not answer.
  void ask_far_header(section_id section,
                      reply_to<fallible<header_reply>> done);
  template <class Row, class Change>
  void store_change(student_id whose, Change change,
                    reply_to<fallible<Row>> done);

  caf::actor_system& system_;
  std::shared_ptr<call_table> calls_;
  std::shared_ptr<directory> peers_;
  std::shared_ptr<catalogue_view> view_;
  std::chrono::milliseconds deadline_;
  std::uint64_t uncommitted_max_;
  std::unique_ptr<operations_gateway> operations_;
};

} // namespace registrar
