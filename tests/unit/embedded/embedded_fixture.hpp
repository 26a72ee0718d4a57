#pragma once

#include "storage/embedded/ledger_stores.hpp"
#include "tests/unit/embedded/sql_file.hpp"

#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>

namespace registrar::test {

/// While it lives, no file of this process grows beyond a size: a full disk.
class full_disk {
public:
  explicit full_disk(std::uint64_t size) {
    former_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &former_);
    auto limit = former_;
    limit.rlim_cur = size;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }

  full_disk(const full_disk&) = delete;
  full_disk& operator=(const full_disk&) = delete;

  ~full_disk() {
    ::setrlimit(RLIMIT_FSIZE, &former_);
    std::signal(SIGXFSZ, former_handler_);
  }

private:
  rlimit former_{};
  void (*former_handler_)(int) = nullptr;
};

/// An embedded ledger of small numbers: sections and students as in SQL.
struct embedded_ledger : sql_file {
  static constexpr epoch owner{1, 1};

  embedded_ledger() {
    start();
    REQUIRE(stores->ledger().fence(owner));
  }

  fallible<std::unique_ptr<ledger_stores>> open() {
    return open_embedded_ledger(
      journal, [this] { return embedded_registration_store::open(path); });
  }

  void start() {
    stores.reset();
    auto opened = open();
    REQUIRE_MESSAGE(bool(opened), (opened ? "" : opened.error().detail));
    stores = std::move(*opened);
  }

  /// Changes journal.db behind the ledger's back.
  void change_journal(const std::string& sql) {
    auto db = database::open(journal, database::mode::write);
    REQUIRE(db);
    REQUIRE(db->execute(sql));
  }

  std::int64_t ask_journal(std::string_view sql) {
    auto db = database::open(journal, database::mode::read);
    REQUIRE(db);
    return *db->ask(sql);
  }

  /// A size at which no more can be written to the journal.
  std::uint64_t journal_size() const {
    auto log = journal;
    log += "-wal";
    return std::filesystem::file_size(log);
  }

  static ledger_command registers(std::uint64_t student,
                                  std::uint64_t request) {
    ledger_command command;
    command.request = id<request_id>(request);
    command.student = id<student_id>(student);
    command.registration = id<registration_id>(request);
    command.memo_ttl = std::chrono::minutes{10};
    return command;
  }

  static ledger_command drops(std::uint64_t student, std::uint64_t request) {
    auto command = registers(student, request);
    command.kind = command_kind::drop;
    command.registration = {};
    return command;
  }

  static decide_batch batch_of(std::vector<ledger_command> commands,
                               std::uint64_t section = 1) {
    decide_batch batch;
    batch.section = id<section_id>(section);
    batch.owner = owner;
    batch.may_create = true;
    batch.initial.total_seats = 1;
    batch.commands = std::move(commands);
    return batch;
  }

  seat_ledger::decision run(std::vector<ledger_command> commands,
                            std::uint64_t section = 1) {
    auto batch = batch_of(std::move(commands), section);
    return stores->ledger().execute({&batch, 1}, now).at(0);
  }

  section_rows rows(std::uint64_t section = 1) {
    auto which = id<section_id>(section);
    auto result = stores->ledger().rows({&which, 1});
    REQUIRE_MESSAGE(bool(result), (result ? "" : result.error().detail));
    return result->at(0);
  }

  std::vector<journal_entry> entries() {
    auto page = stores->journal().read(0, 10'000);
    REQUIRE_MESSAGE(bool(page), (page ? "" : page.error().detail));
    return page->entries;
  }

  /// Carries all entries to SQL. @returns its cursors.
  std::vector<section_cursor> carry() {
    REQUIRE(store->apply(entries()));
    return *store->cursors();
  }

  std::filesystem::path journal = directory.path() / "journal.db";
  timestamp now{std::chrono::hours{480'000}};
  std::unique_ptr<ledger_stores> stores;
};

} // namespace registrar::test
