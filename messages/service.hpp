#pragma once

#include "messages/catalogue.hpp"
#include "messages/errors.hpp"
#include "messages/idempotency.hpp"
#include "messages/load.hpp"
#include "messages/operations.hpp"
#include "messages/registration.hpp"
#include "messages/service_meters.hpp"
#include "messages/status.hpp"
#include "messages/watching.hpp"

#include <functional>

namespace registrar {

/// What `http/` may ask of the actors, without knowing that they are actors.
/// Implemented in actors/gateway.hpp; tests of http/ implement their own.
///
/// Every call returns at once and never throws. `done` is called exactly once,
/// at the latest shortly after `request_deadline` (then with
/// `ec::deadline_exceeded` or `ec::in_doubt`), from any thread, possibly
/// before the call returns: it must only hand the answer over.
class service {
public:
  template <class T>
  using reply_to = std::function<void(T)>;

  virtual ~service() = default;

  // -- students' requests -----------------------------------------------------

  virtual void begin(begin_key key, reply_to<key_begun> done) = 0;
  virtual void complete(complete_key key, reply_to<key_completed> done) = 0;
  virtual void submit(registration_request request,
                      reply_to<registration_reply> done)
    = 0;
  /// Live states from the ledger, then failed ones of the last 30 days.
  virtual void
  registrations(student_id student,
                reply_to<fallible<std::vector<registration_view>>> done)
    = 0;

  // -- sections ---------------------------------------------------------------

  virtual void sections(list_sections query,
                        reply_to<fallible<section_page>> done)
    = 0;
  /// Live, from the section's actor.
  virtual void section(section_id section,
                       reply_to<fallible<section_view>> done)
    = 0;
  /// Live and whole, in order.
  virtual void rows(section_id section, reply_to<fallible<section_rows>> done)
    = 0;
  virtual void change(change_section change,
                      reply_to<fallible<section_view>> done)
    = 0;

  // -- watching ---------------------------------------------------------------

  /// Answers with everything as it is now, and tells the watcher of changes
  /// until it is gone: a section's at most a few times a second, a student's
  /// registrations as often. `ec::not_found` where an id names nothing.
  virtual void watch(watch_request what,
                     reply_to<fallible<std::vector<shared_state>>> done)
    = 0;

  // -- catalogue --------------------------------------------------------------

  /// `ec::conflict` where the row or one of its unique values exists,
  /// `ec::not_found` where it refers to a row that does not.
  virtual void create(registrar::section row,
                      reply_to<fallible<section_view>> done)
    = 0;
  virtual void create(student row, reply_to<fallible<student>> done) = 0;
  virtual void create(course row, reply_to<fallible<course>> done) = 0;
  virtual void create(semester row, reply_to<fallible<semester>> done) = 0;
  virtual void change(change_student change, reply_to<fallible<student>> done)
    = 0;
  virtual void change(change_course change, reply_to<fallible<course>> done)
    = 0;
  virtual void change(change_semester change, reply_to<fallible<semester>> done)
    = 0;
  virtual void find(student_id id, reply_to<fallible<student>> done) = 0;
  virtual void find(course_id id, reply_to<fallible<course>> done) = 0;
  virtual void find(semester_id id, reply_to<fallible<semester>> done) = 0;
  virtual void list_students(list_rows query,
                             reply_to<fallible<std::vector<student>>> done)
    = 0;
  virtual void list_courses(list_rows query,
                            reply_to<fallible<std::vector<course>>> done)
    = 0;
  virtual void list_semesters(list_rows query,
                              reply_to<fallible<std::vector<semester>>> done)
    = 0;

  // -- health -----------------------------------------------------------------

  /// Really asks every dependency.
  virtual void status(bool verbose, reply_to<service_status> done) = 0;

  /// Asks nobody and costs next to nothing.
  virtual service_load load() const = 0;

  /// What the actors count; as long-lived as this.
  virtual const service_meters& meters() const = 0;

  /// Asks no actor; looks at every section that is known.
  virtual service_census census() const = 0;

  // -- operators --------------------------------------------------------------

  /// As long-lived as this.
  virtual operations_service& operations() = 0;
};

} // namespace registrar
