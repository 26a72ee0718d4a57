#pragma once

#include "storage/ports/registration_store.hpp"
#include "storage/postgres/change_rows.hpp"
#include "storage/postgres/connection.hpp"
#include "storage/rules/section_batch.hpp"

#include <map>
#include <memory>
#include <span>

namespace registrar {

/// PostgreSQL's projection of the ledger (DESIGN 3.7), one connection.
class postgres_registration_store : public registration_store {
public:
  /// @pre the database is migrated; else `ec::store_unusable`.
  static fallible<std::unique_ptr<registration_store>>
  open(postgres_options options);

  fallible<applied> apply(std::span<const journal_entry> entries) override;
  fallible<isolated> isolate(std::span<const journal_entry> entries) override;
  fallible<done> write_dead_letter(const refused_entry& refused,
                                   timestamp at) override;
  fallible<done> project_past(const refused_entry& refused,
                              const section_rows& rows, timestamp at) override;
  fallible<std::vector<dead_letter>> dead_letters() override;
  fallible<bool> delete_dead_letter(const uuid& id) override;
  fallible<done> fence(std::span<const partition_epoch> owned) override;
  fallible<std::uint64_t> highest_epoch() override;
  fallible<done> project(const section_rows& rows) override;
  fallible<std::vector<section_cursor>> cursors() override;
  fallible<std::vector<section_rows>> load() override;
  fallible<std::vector<section_rows>>
  rows(std::span<const section_id> sections) override;
  fallible<std::vector<failed_registration>>
  failed_registrations(const student_id& student, timestamp since) override;
  fallible<done> notify(std::span<const notification> notices) override;
  fallible<done> note(const audit_entry& entry) override;
  fallible<std::vector<audit_row>> audit_log(std::size_t limit,
                                             std::uint64_t before) override;
  fallible<done> ping() override;

private:
  explicit postgres_registration_store(connection db) : db_(std::move(db)) {
  }

  using change_writer
    = fallible<done> (*)(connection&, std::span<const section_change>,
                         const known_settings&);

  fallible<applied> apply(std::span<const journal_entry> entries,
                          change_writer write);
  /// Begins, checks the epochs of these sections' partitions, and locks the
  /// sections in id order; sets their cursors.
  fallible<known_settings> lock(section_parts& parts);
  /// Of those sections whose id fulfils a condition.
  fallible<std::vector<section_rows>> load_where(const std::string& condition);
  fallible<done> check_epochs(const section_parts& parts);
  /// Writes these of one section, or nothing of them, within the transaction.
  fallible<done> try_to_write(std::span<const journal_entry> entries);
  /// All rows of one section, within the transaction, which this begins by
  /// locking it.
  fallible<done> replace(const section_rows& rows);
  fallible<done> keep(const dead_letter& letter);

  connection db_;
  /// By partition; empty where writes go unchecked.
  std::map<std::uint32_t, epoch> owned_;
  /// SQLSTATE of the last refusal of `try_to_write`.
  std::string refused_as_;
};

} // namespace registrar
