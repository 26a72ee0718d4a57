#pragma once

#include "storage/memory/ledger_stores.hpp"
#include "storage/memory/registration_store.hpp"
#include "tests/unit/actors/fixture.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace actor_tests {

/// What a test lets fail, and what was done; shared with every store that the
/// factory opened.
struct faults {
  bool open_ledger = false;
  ec ledger_error = ec::dependency_unavailable;
  bool commit = false;
  /// SQL answers, but takes nothing.
  bool sql = false;
  ec sql_error = ec::store_write_failed;
  /// SQL refuses entries of this kind for good; for tests with one section.
  entry_kind refused_kind = entry_kind::decided;
  /// SQL takes whole sections.
  bool projections = true;
  /// SQL cannot be reached.
  bool open_sql = false;
  bool journal = false;
  /// What SQL answers to rows of the audit log.
  ec audit_error = ec::none;
  std::uint64_t commits = 0;
  std::uint64_t sql_attempts = 0;
  /// How often a connection to SQL was opened or tried to.
  std::uint64_t sql_openings = 0;
  std::uint64_t sql_transactions = 0;
  /// What SQL was given in transactions that it took, in order.
  std::vector<std::pair<section_id, std::uint64_t>> written;
  std::vector<std::size_t> transaction_sizes;
  std::vector<std::size_t> journal_limits;
};

class failing_commit : public group_commit {
public:
  failing_commit(group_commit& real, std::shared_ptr<faults> wanted)
    : real_(real), wanted_(std::move(wanted)) {
  }

  fallible<done> open() override {
    return real_.open();
  }

  fallible<done> commit() override {
    if (wanted_->commit)
      return {ec::store_write_failed, "No space is left on the device."};
    ++wanted_->commits;
    return real_.commit();
  }

private:
  group_commit& real_;
  std::shared_ptr<faults> wanted_;
};

class failing_stores : public ledger_stores {
public:
  failing_stores(std::unique_ptr<ledger_stores> real,
                 std::shared_ptr<faults> wanted)
    : real_(std::move(real)),
      commit_(real_->commit_group(), std::move(wanted)) {
  }

  seat_ledger& ledger() override {
    return real_->ledger();
  }

  idempotency_store& keys() override {
    return real_->keys();
  }

  sync_journal& journal() override {
    return real_->journal();
  }

  group_commit& commit_group() override {
    return commit_;
  }

private:
  std::unique_ptr<ledger_stores> real_;
  failing_commit commit_;
};

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

/// Memory stores whose commits and SQL fail when a test wants it.
class test_factory : public store_factory {
public:
  fallible<std::unique_ptr<ledger_stores>>
  open_ledger(const partition_share&) override {
    if (wanted->open_ledger)
      return {wanted->ledger_error, "The ledger is down."};
    return std::unique_ptr<ledger_stores>{
      std::make_unique<failing_stores>(ledger.open(), wanted)};
  }

  fallible<std::unique_ptr<sync_journal>> open_journal() override {
    auto real = journal ? journal : ledger.open_journal();
    return std::unique_ptr<sync_journal>{
      std::make_unique<failing_journal>(std::move(real), wanted)};
  }

  fallible<std::unique_ptr<registration_store>> open_registrations() override {
    ++wanted->sql_openings;
    if (wanted->open_sql)
      return {ec::dependency_unavailable, "SQL cannot be reached."};
    return std::unique_ptr<registration_store>{
      std::make_unique<failing_registrations>(sql, wanted)};
  }

  fallible<std::unique_ptr<catalogue_store>> open_catalogue() override {
    return std::unique_ptr<catalogue_store>{
      std::make_unique<small_catalogue_store>(wanted)};
  }

  std::size_t sync_workers() const override {
    return 1;
  }

  memory_ledger ledger;
  /// Read instead of the ledger's where a test brings its own.
  std::shared_ptr<sync_journal> journal;
  std::shared_ptr<memory_projection> sql
    = std::make_shared<memory_projection>();
  std::shared_ptr<faults> wanted = std::make_shared<faults>();
};

} // namespace actor_tests
