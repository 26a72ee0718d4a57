#include "tests/unit/actors/test_factory.hpp"

#include <algorithm>
#include <functional>

namespace actor_tests {

namespace {

class failing_registrations : public memory_registration_store {
public:
  failing_registrations(std::shared_ptr<memory_projection> shared,
                        std::shared_ptr<faults> wanted)
    : memory_registration_store(std::move(shared)), wanted_(std::move(wanted)) {
  }

  fallible<applied> apply(std::span<const journal_entry> entries) override {
    ++wanted_->sql_attempts;
    if (wanted_->sql)
      return {wanted_->sql_error, "SQL is down."};
    if (std::any_of(entries.begin(), entries.end(), is_refused()))
      return {ec::conflict, "SQL does not want it."};
    ++wanted_->sql_transactions;
    wanted_->transaction_sizes.push_back(entries.size());
    for (const auto& entry : entries)
      wanted_->written.emplace_back(entry.after.section, entry.after.sequence);
    return memory_registration_store::apply(entries);
  }

  fallible<isolated> isolate(std::span<const journal_entry> entries) override {
    auto first = std::find_if(entries.begin(), entries.end(), is_refused());
    if (first == entries.end())
      return memory_registration_store::isolate(entries);
    auto count = static_cast<std::size_t>(first - entries.begin());
    auto result = memory_registration_store::isolate(entries.first(count));
    if (result)
      result->refused.push_back({*first, "23000", "SQL does not want it."});
    return result;
  }

  fallible<done> project_past(const refused_entry& refused,
                              const section_rows& rows, timestamp at) override {
    if (!wanted_->projections)
      return {ec::store_write_failed, "SQL is down."};
    return memory_registration_store::project_past(refused, rows, at);
  }

  fallible<done> notify(std::span<const notification> notices) override {
    if (wanted_->sql)
      return {ec::store_write_failed, "SQL is down."};
    return memory_registration_store::notify(notices);
  }

  fallible<done> note(const audit_entry& entry) override {
    if (wanted_->audit_error != ec::none)
      return {wanted_->audit_error, "SQL does not want the row."};
    return memory_registration_store::note(entry);
  }

private:
  std::function<bool(const journal_entry&)> is_refused() const {
    return [kind = wanted_->refused_kind](const journal_entry& x) {
      return kind != entry_kind::decided && x.kind == kind;
    };
  }

  std::shared_ptr<faults> wanted_;
};

/// The real journal, or another in its place, behind a failure.
class failing_journal : public sync_journal {
public:
  failing_journal(std::shared_ptr<sync_journal> real,
                  std::shared_ptr<faults> wanted)
    : real_(std::move(real)), wanted_(std::move(wanted)) {
  }

  fallible<page> read(std::uint64_t position, std::size_t limit) override {
    wanted_->journal_limits.push_back(limit);
    if (wanted_->journal)
      return {ec::dependency_unavailable, "The journal is down."};
    return real_->read(position, limit);
  }

  fallible<std::vector<journal_entry>>
  read_section(const section_id& section, std::uint64_t after,
               std::size_t limit) override {
    wanted_->journal_limits.push_back(limit);
    if (wanted_->journal)
      return {ec::dependency_unavailable, "The journal is down."};
    return real_->read_section(section, after, limit);
  }

  fallible<std::size_t> trim(std::span<const section_cursor> committed,
                             timestamp at, std::size_t limit) override {
    return real_->trim(committed, at, limit);
  }

private:
  std::shared_ptr<sync_journal> real_;
  std::shared_ptr<faults> wanted_;
};

/// Holds the small catalogue and takes changes of students.
class small_catalogue_store : public catalogue_store {
public:
  explicit small_catalogue_store(std::shared_ptr<faults> wanted)
    : wanted_(std::move(wanted)) {
  }

  fallible<catalogue_content> load() override {
    if (wanted_->sql)
      return {ec::dependency_unavailable, "SQL is down."};
    return small_catalogue();
  }

  fallible<student> insert(const student& row, timestamp) override {
    return row;
  }

  fallible<course> insert(const course&, timestamp) override {
    return {ec::conflict, "course_code is taken."};
  }

  fallible<semester> insert(const semester& row, timestamp) override {
    return row;
  }

  fallible<section> insert(const section& row, timestamp) override {
    return row;
  }

  fallible<student> change(const change_student& change, timestamp) override {
    student row;
    row.student_id = change.student_id;
    row.student_number = "S1";
    row.enrollment_status = *change.enrollment_status;
    return row;
  }

  fallible<course> change(const change_course&, timestamp) override {
    return {ec::not_found, "There is no such course."};
  }

  fallible<semester> change(const change_semester&, timestamp) override {
    return {ec::not_found, "There is no such semester."};
  }

  fallible<done> put(const catalogue_content&, timestamp) override {
    return done{};
  }

  fallible<done> ping() override {
    return done{};
  }

private:
  std::shared_ptr<faults> wanted_;
};

} // namespace

fallible<std::unique_ptr<ledger_stores>>
test_factory::open_ledger(const partition_share&) {
  if (wanted->open_ledger)
    return {wanted->ledger_error, "The ledger is down."};
  return std::unique_ptr<ledger_stores>{
    std::make_unique<failing_stores>(ledger.open(), wanted)};
}

fallible<std::unique_ptr<sync_journal>> test_factory::open_journal() {
  auto real = journal ? journal : ledger.open_journal();
  return std::unique_ptr<sync_journal>{
    std::make_unique<failing_journal>(std::move(real), wanted)};
}

fallible<std::unique_ptr<registration_store>>
test_factory::open_registrations() {
  ++wanted->sql_openings;
  if (wanted->open_sql)
    return {ec::dependency_unavailable, "SQL cannot be reached."};
  return std::unique_ptr<registration_store>{
    std::make_unique<failing_registrations>(sql, wanted)};
}

fallible<std::unique_ptr<catalogue_store>> test_factory::open_catalogue() {
  return std::unique_ptr<catalogue_store>{
    std::make_unique<small_catalogue_store>(wanted)};
}

std::size_t test_factory::sync_workers() const {
  return 1;
}

} // namespace actor_tests
