#pragma once

#include "storage/embedded/journal_file.hpp"
#include "storage/embedded/key_table.hpp"
#include "storage/ports/group_commit.hpp"
#include "storage/ports/registration_store.hpp"
#include "storage/rules/ledger_rules.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <unordered_set>

namespace registrar {

/// Opens the SQL connection from which the embedded ledger loads.
using open_registrations
  = std::function<fallible<std::unique_ptr<registration_store>>()>;

/// The state of the embedded ledger in memory and its journal on disk, kept
/// one behind the other by group commit. Owned by one ledger worker; the four
/// port adapters are thin shells around it.
///
/// A group's effects happen in memory at once and on disk at its commit. When
/// anything between them fails, or may have failed, the file is closed and
/// both are void: the next `open` loads the state from disk again. Standing
/// and the attempts of keys in flight are this process's own knowledge and
/// survive that.
class ledger_core : public group_commit {
public:
  ledger_core(std::filesystem::path journal, open_registrations sql);
  ~ledger_core() override;

  /// Loads for the first time, as a new incarnation.
  fallible<done> start();

  // -- group commit -----------------------------------------------------------

  fallible<done> open() override;
  fallible<done> commit() override;

  /// Runs `work` in the open group, or in one of its own where none is open.
  /// @returns `work`'s failure, the group's, or done.
  fallible<done> in_group(const std::function<fallible<done>()>& work);

  // -- inside a group ---------------------------------------------------------

  ledger_rules& rules() {
    return *rules_;
  }

  key_table& keys() {
    return *keys_;
  }

  journal_file& file() {
    return *file_;
  }

  /// SQL is ahead of the journal here: refuse it.
  bool is_behind(const section_id& section) const {
    return behind_.contains(section);
  }

  /// Starts the group's transaction, if it has none yet.
  fallible<done> write();

  fallible<done> append(std::span<const journal_entry> entries);

  /// Makes the group void: what is in memory is not what will be on disk.
  void spoil(failure why);

  void set_standing(const student_id& student, bool is_active);

  std::uint64_t last_position() const {
    return last_position_;
  }

  /// Rises with every load.
  std::uint64_t generation() const {
    return generation_;
  }

  const uuid& ledger_id() const {
    return ledger_id_;
  }

private:
  fallible<done> load();
  fallible<done> commit_transaction();
  void keep_begins();
  void close();

  std::filesystem::path path_;
  open_registrations sql_;
  std::unique_ptr<journal_file> file_;
  std::optional<ledger_rules> rules_;
  std::optional<key_table> keys_;
  std::unordered_set<section_id> behind_;
  std::unordered_set<student_id> inactive_;
  uuid ledger_id_;
  std::uint64_t last_position_ = 0;
  std::uint64_t generation_ = 0;
  bool is_open_ = false;
  bool is_writing_ = false;
  failure spoiled_;
  std::string payload_;
};

} // namespace registrar
