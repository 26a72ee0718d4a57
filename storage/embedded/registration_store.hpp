#pragma once

#include "storage/embedded/database.hpp"
#include "storage/ports/registration_store.hpp"
#include "storage/rules/section_batch.hpp"

#include <filesystem>
#include <memory>

namespace registrar {

/// registrar.db's projection of the ledger (DESIGN 3.7), one connection.
class embedded_registration_store : public registration_store {
public:
  /// @pre the file is migrated.
  /// @param how to read only, where nothing may change.
  static fallible<std::unique_ptr<registration_store>>
  open(const std::filesystem::path& file,
       database::mode how = database::mode::write);

  fallible<applied> apply(std::span<const journal_entry> entries) override;
  fallible<isolated> isolate(std::span<const journal_entry> entries) override;
  fallible<done> write_dead_letter(const refused_entry& refused,
                                   timestamp at) override;
  fallible<done> project_past(const refused_entry& refused,
                              const section_rows& rows, timestamp at) override;
  fallible<std::vector<dead_letter>> dead_letters() override;
  fallible<bool> delete_dead_letter(const uuid& id) override;
  fallible<done> project(const section_rows& rows) override;
  fallible<std::vector<section_cursor>> cursors() override;
  fallible<std::vector<section_rows>> load() override;
  fallible<std::vector<failed_registration>>
  failed_registrations(const student_id& student, timestamp since) override;
  fallible<done> notify(std::span<const notification> notices) override;
  fallible<done> note(const audit_entry& entry) override;
  fallible<std::vector<audit_row>> audit_log(std::size_t limit,
                                             std::uint64_t before) override;
  fallible<done> ping() override;

private:
  explicit embedded_registration_store(database db) : db_(std::move(db)) {
  }

  fallible<done> prepare();
  fallible<std::uint64_t> cursor_of(const section_id& section);
  fallible<done> set_cursors(section_parts& parts);
  /// Writes these of one section, or nothing of them, within the transaction.
  fallible<done> try_to_write(std::span<const journal_entry> entries);
  fallible<done> write(const section_change& change);
  /// All rows of one section, within the transaction.
  fallible<done> replace(const section_rows& rows);
  fallible<done> keep(const dead_letter& letter);
  fallible<done> write_ended(const section_change& change);
  fallible<done> write_live(const section_change& change);
  fallible<done> write_header(const section_header& header, std::uint32_t seats,
                              timestamp at);
  fallible<done> load_roster(std::vector<section_rows>& sections);
  fallible<done> load_waitlist(std::vector<section_rows>& sections);

  database db_;
  statement cursor_, header_, enrol_, end_, unwait_, wait_, notice_;
};

} // namespace registrar
