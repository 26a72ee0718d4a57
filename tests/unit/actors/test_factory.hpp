#pragma once

#include "storage/memory/ledger_stores.hpp"
#include "storage/memory/registration_store.hpp"
#include "tests/unit/actors/fixture.hpp"

#include <memory>

namespace actor_tests {

/// What a test lets fail, shared with every store that the factory opened.
struct faults {
  bool open_ledger = false;
  bool commit = false;
  bool sql = false;
  std::uint64_t commits = 0;
  std::uint64_t sql_transactions = 0;
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
    if (wanted_->sql)
      return {ec::store_write_failed, "SQL is down."};
    ++wanted_->sql_transactions;
    return memory_registration_store::apply(entries);
  }

  fallible<done> notify(std::span<const notification> notices) override {
    if (wanted_->sql)
      return {ec::store_write_failed, "SQL is down."};
    return memory_registration_store::notify(notices);
  }

private:
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
  fallible<std::unique_ptr<ledger_stores>> open_ledger() override {
    if (wanted->open_ledger)
      return {ec::dependency_unavailable, "The ledger is down."};
    return std::unique_ptr<ledger_stores>{
      std::make_unique<failing_stores>(ledger.open(), wanted)};
  }

  fallible<std::unique_ptr<sync_journal>> open_journal() override {
    return ledger.open_journal();
  }

  fallible<std::unique_ptr<registration_store>> open_registrations() override {
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
  std::shared_ptr<memory_projection> sql
    = std::make_shared<memory_projection>();
  std::shared_ptr<faults> wanted = std::make_shared<faults>();
};

} // namespace actor_tests
