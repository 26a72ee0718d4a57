#pragma once

#include "storage/embedded/journal_file.hpp"
#include "storage/rules/hash_index.hpp"
#include "storage/rules/key_rules.hpp"

#include <unordered_map>
#include <vector>

namespace registrar {

/// The embedded ledger's idempotency records. A record in flight lives in
/// memory; every state of it that must outlive the process is appended to the
/// journal's file, the newest counts, and an index of 16 bytes a key finds it.
///
/// A begin needs no commit of its own: it is written with the next commit,
/// which holds the attempt's effect at the earliest. So a begin can be lost
/// only if its effect is. What is to be answered from (`complete` with `keep`)
/// asks for a commit.
class key_table {
public:
  explicit key_table(std::uint64_t incarnation) : rules_(incarnation) {
  }

  /// Reads the index from a file that was just opened. What is in memory of
  /// this incarnation stays and is written again; completions whose commit
  /// failed are taken back unless the file has them.
  fallible<done> load(journal_file& file);

  key_begun begin(journal_file& file, const begin_key& command, timestamp at);
  key_completed complete(journal_file& file, const complete_key& command,
                         timestamp at);
  key_begun look_up(journal_file& file, const key_scope& scope, timestamp at);

  /// True where something waits that must not wait for others' commits.
  bool needs_commit() const {
    return needs_commit_;
  }

  bool has_unwritten() const {
    return !unwritten_.empty();
  }

  /// Appends what waits, inside the file's transaction.
  fallible<done> write(journal_file& file);

  /// After the commit that holds what was written.
  void committed();

  /// Deletes at most `limit` expired records from the file, inside its
  /// transaction, and lets go of attempts whose lease has ended.
  fallible<std::size_t> trim(journal_file& file, timestamp at,
                             std::size_t limit);

private:
  struct live_key {
    key_record record;
    /// Where the file has its latest written state, or 0.
    std::uint64_t position = 0;
    bool is_written = true;
  };

  struct scope_hash {
    std::size_t operator()(const key_scope& scope) const;
  };

  using live_map = std::unordered_map<key_scope, live_key, scope_hash>;

  /// A record, or nothing; `position` as in `live_key`.
  struct looked_up {
    std::optional<key_record> record;
    std::uint64_t position = 0;
  };

  fallible<looked_up> find(journal_file& file, const key_scope& scope);
  fallible<looked_up> find_in_file(journal_file& file, const key_scope& scope);
  void keep(const key_scope& scope, looked_up found);

  key_rules rules_;
  live_map live_;
  /// Keys of `live_` that wait to be written.
  std::vector<key_scope> unwritten_;
  /// Written, not yet committed.
  std::vector<key_scope> written_;
  hash_index index_;
  std::uint64_t last_position_ = 0;
  bool needs_commit_ = false;
};

} // namespace registrar
