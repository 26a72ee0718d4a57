#pragma once

#include "storage/ports/registration_store.hpp"
#include "storage/rules/section_state.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace registrar {

/// What SQL would hold of the ledger, shared by all connections opened on it.
struct memory_projection {
  std::mutex mutex;
  /// Sections that are in the ledger.
  std::map<section_id, section_state> sections;
  std::multimap<student_id, failed_registration> failed;
  /// By registration, kind and sequence: a notice given twice is one.
  std::map<std::tuple<registration_id, std::string, std::uint64_t>,
           notification>
    notices;
  /// By section and sequence: a letter written twice is one.
  std::map<std::pair<section_id, std::uint64_t>, dead_letter> letters;
  /// In order; the id of each is its place, from 1.
  std::vector<audit_entry> audit;
};

class memory_registration_store : public registration_store {
public:
  explicit memory_registration_store(std::shared_ptr<memory_projection> shared)
    : shared_(std::move(shared)) {
  }

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
  /// What one transaction is going to change: sections as they will be.
  struct change {
    std::map<section_id, section_state> sections;
    std::multimap<student_id, failed_registration> failed;
  };

  std::uint64_t cursor_of(const change& todo, const section_id& id) const;
  fallible<done> take(change& todo, const journal_entry& entry);
  void carry_out(change& todo);
  fallible<done> replace(const section_rows& rows);

  std::shared_ptr<memory_projection> shared_;
};

} // namespace registrar
