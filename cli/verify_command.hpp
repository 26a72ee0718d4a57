#pragma once

#include "cli/common_options.hpp"
#include "cli/section_comparison.hpp"
#include "storage/production_stores.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace registrar {

struct verify_options {
  common_options common;
  /// A running server; empty: the one that holds the stores, if any.
  std::string url;
  /// Make SQL what the ledger says, where that is safe.
  bool repairs = false;
};

/// What a verification found.
struct verification {
  std::uint64_t sections = 0;
  /// Entries on their way into SQL.
  std::uint64_t lag = 0;
  /// Sections that changed too fast to be compared; in `lag` too.
  std::uint64_t in_motion = 0;
  /// Idempotency keys compared with the ledger's memos.
  std::uint64_t keys = 0;
  std::vector<difference> differences;
  /// Sections whose rows in SQL were replaced by the ledger's.
  std::vector<section_id> repaired;
};

/// A stopped server's files, read only: kept entries against SQL, and the
/// latest keys' answers against the memos.
fallible<verification> verify_stopped(const std::filesystem::path& directory);

/// The ledger in Redis against SQL, while no server decides: rows and totals
/// of every section after the entries that SQL lacks, and the answers of some
/// keys against their memos.
fallible<verification> verify_production(const production_options& options);

/// The same, and replaces in SQL what contradicts a ledger that is whole. Holds
/// the ledger meanwhile, so that no server starts on it.
fallible<verification> repair_production(const production_options& options);

/// Adds a sample of the keys' stored answers that are not what the ledger's
/// memos say; beside a running server too, which writes memos first.
fallible<done> compare_keys(const production_options& options,
                            verification& result);

using open_sql = std::function<fallible<std::unique_ptr<registration_store>>()>;

/// A running server through its API against its SQL, section by section where
/// their sequences are equal; waits a bounded time for that. @param token of
/// staff, where the server wants one
fallible<verification> verify_running(const open_sql& sql,
                                      const std::string& url,
                                      const std::string& token);

/// @returns exit_done where all is equal, exit_answer_is_no where not.
int run_verify(const verify_options& options);

void add_verify(CLI::App& app, int& exit_code);

} // namespace registrar
