#include "tests/integration/fake_service.hpp"

#include "tests/ids_of.hpp"

#include <algorithm>

namespace registrar::test {

namespace {

using namespace std::chrono_literals;

registration_reply reply_to_request(const registration_request& request,
                                    const seat_outcome& outcome) {
  registration_reply reply;
  reply.request = request.request;
  reply.student = request.student;
  for (const auto& section : request.sections)
    reply.results.push_back({section, outcome, {}});
  return reply;
}

template <class Row>
std::vector<Row> first_of(const std::vector<Row>& rows, std::size_t count) {
  return {rows.begin(), rows.begin() + std::min(count, rows.size())};
}

} // namespace

registration_reply fake_service::enrolled(const registration_request& request) {
  seat_outcome outcome;
  outcome.status = request.route == route::register_sections
                     ? seat_status::enrolled
                     : seat_status::dropped;
  outcome.registration = id<registration_id>(77);
  return reply_to_request(request, outcome);
}

registration_reply refused(const registration_request& request,
                           refusal_reason reason) {
  seat_outcome outcome;
  outcome.status = seat_status::rejected;
  outcome.refusals = {{reason, {}}};
  return reply_to_request(request, outcome);
}

fake_service::fake_service()
  : decide(enrolled), registrations_answer(std::vector<registration_view>{}),
    page_answer(section_page{}), section_answer(section_view{}),
    rows_answer(section_rows{}), watch_answer(std::vector<shared_state>{}),
    student_answer(student{}), course_answer(course{}),
    semester_answer(semester{}), stores_(ledger_.open()),
    thread_([this] { run(); }) {
  begin_answer = [this](const begin_key& key) {
    return stores_->keys().begin({&key, 1}, now_utc()).at(0);
  };
  complete_answer = [this](const complete_key& key) {
    return stores_->keys().complete({&key, 1}, now_utc()).at(0);
  };
}

fake_service::~fake_service() {
  {
    std::lock_guard guard{mutex_};
    is_ending_ = true;
    is_holding_ = false;
  }
  changed_.notify_all();
  thread_.join();
}

// -- when it answers ----------------------------------------------------------

void fake_service::post(action act) {
  std::lock_guard guard{mutex_};
  actions_.push_back(std::move(act));
  changed_.notify_all();
}

void fake_service::run() {
  std::unique_lock guard{mutex_};
  for (;;) {
    changed_.wait(guard, [this] {
      return is_ending_ || (!is_holding_ && !actions_.empty());
    });
    if (actions_.empty())
      return;
    auto act = std::move(actions_.front());
    actions_.pop_front();
    guard.unlock();
    act();
    guard.lock();
  }
}

void fake_service::hold() {
  std::lock_guard guard{mutex_};
  is_holding_ = true;
}

void fake_service::release() {
  std::lock_guard guard{mutex_};
  is_holding_ = false;
  changed_.notify_all();
}

void fake_service::release_last() {
  action last;
  {
    std::lock_guard guard{mutex_};
    last = std::move(actions_.back());
    actions_.pop_back();
  }
  last();
}

bool fake_service::wait_for_held(std::size_t count) {
  std::unique_lock guard{mutex_};
  return changed_.wait_for(
    guard, 20s, [&] { return is_holding_ && actions_.size() >= count; });
}

// -- what it was asked --------------------------------------------------------

std::vector<registration_request> fake_service::submitted() const {
  std::lock_guard guard{mutex_};
  return submitted_;
}

std::vector<begin_key> fake_service::begun() const {
  std::lock_guard guard{mutex_};
  return begun_;
}

std::vector<complete_key> fake_service::completed() const {
  std::lock_guard guard{mutex_};
  return completed_;
}

std::vector<watch_request> fake_service::watched() const {
  std::lock_guard guard{mutex_};
  return watched_;
}

// -- who watches --------------------------------------------------------------

std::size_t fake_service::watchers() const {
  auto all = watched();
  return static_cast<std::size_t>(std::count_if(
    all.begin(), all.end(), [](const auto& x) { return !x.who.expired(); }));
}

void fake_service::tell(const shared_state& state) {
  for (const auto& x : watched())
    if (auto who = x.who.lock())
      who->changed(state);
}

void fake_service::end_watching() {
  for (const auto& x : watched())
    if (auto who = x.who.lock())
      who->ended();
}

// -- service ------------------------------------------------------------------

void fake_service::begin(begin_key key, reply_to<key_begun> done) {
  {
    std::lock_guard guard{mutex_};
    begun_.push_back(key);
  }
  post([this, key, done] { done(begin_answer(key)); });
}

void fake_service::complete(complete_key key, reply_to<key_completed> done) {
  {
    std::lock_guard guard{mutex_};
    completed_.push_back(key);
  }
  post([this, key, done] { done(complete_answer(key)); });
}

void fake_service::submit(registration_request request,
                          reply_to<registration_reply> done) {
  {
    std::lock_guard guard{mutex_};
    submitted_.push_back(request);
  }
  if (on_submit)
    on_submit(std::move(request), std::move(done));
  else
    post([this, request, done] { done(decide(request)); });
}

void fake_service::registrations(
  student_id, reply_to<fallible<std::vector<registration_view>>> done) {
  post([this, done] { done(registrations_answer); });
}

void fake_service::sections(list_sections query,
                            reply_to<fallible<section_page>> done) {
  asked_list = std::move(query);
  post([this, done] { done(page_answer); });
}

void fake_service::section(section_id, reply_to<fallible<section_view>> done) {
  post([this, done] { done(section_answer); });
}

void fake_service::rows(section_id, reply_to<fallible<section_rows>> done) {
  post([this, done] { done(rows_answer); });
}

void fake_service::change(change_section change,
                          reply_to<fallible<section_view>> done) {
  changed_section = change;
  post([this, done] { done(section_answer); });
}

void fake_service::watch(watch_request what,
                         reply_to<fallible<std::vector<shared_state>>> done) {
  {
    std::lock_guard guard{mutex_};
    watched_.push_back(std::move(what));
  }
  post([this, done] { done(watch_answer); });
}

void fake_service::create(registrar::section row,
                          reply_to<fallible<section_view>> done) {
  created_section = std::move(row);
  post([this, done] { done(section_answer); });
}

void fake_service::create(student row, reply_to<fallible<student>> done) {
  created_student = std::move(row);
  post([this, done] { done(student_answer); });
}

void fake_service::create(course row, reply_to<fallible<course>> done) {
  created_course = std::move(row);
  post([this, done] { done(course_answer); });
}

void fake_service::create(semester row, reply_to<fallible<semester>> done) {
  created_semester = std::move(row);
  post([this, done] { done(semester_answer); });
}

void fake_service::change(change_student change,
                          reply_to<fallible<student>> done) {
  changed_student = std::move(change);
  post([this, done] { done(student_answer); });
}

void fake_service::change(change_course change,
                          reply_to<fallible<course>> done) {
  changed_course = std::move(change);
  post([this, done] { done(course_answer); });
}

void fake_service::change(change_semester change,
                          reply_to<fallible<semester>> done) {
  changed_semester = std::move(change);
  post([this, done] { done(semester_answer); });
}

void fake_service::find(student_id, reply_to<fallible<student>> done) {
  post([this, done] { done(student_answer); });
}

void fake_service::find(course_id, reply_to<fallible<course>> done) {
  post([this, done] { done(course_answer); });
}

void fake_service::find(semester_id, reply_to<fallible<semester>> done) {
  post([this, done] { done(semester_answer); });
}

void fake_service::list_students(
  list_rows query, reply_to<fallible<std::vector<student>>> done) {
  asked_rows = query;
  post([this, query, done] { done(first_of(students, query.limit)); });
}

void fake_service::list_courses(list_rows query,
                                reply_to<fallible<std::vector<course>>> done) {
  asked_rows = query;
  post([this, query, done] { done(first_of(courses, query.limit)); });
}

void fake_service::list_semesters(
  list_rows query, reply_to<fallible<std::vector<semester>>> done) {
  asked_rows = query;
  post([this, query, done] { done(first_of(semesters, query.limit)); });
}

void fake_service::status(bool verbose, reply_to<service_status> done) {
  asked_verbosely = verbose;
  post([this, done] { done(status_answer); });
}

service_load fake_service::load() const {
  std::lock_guard guard{mutex_};
  return load_;
}

const service_meters& fake_service::meters() const {
  return counted;
}

operations_service& fake_service::operations() {
  return for_operators;
}

service_census fake_service::census() const {
  return census_answer;
}

void fake_service::carry(const service_load& load) {
  std::lock_guard guard{mutex_};
  load_ = load;
}

} // namespace registrar::test
