#pragma once

#include "cli/common_options.hpp"
#include "cli/section_comparison.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace registrar {

struct verify_options {
  common_options common;
  /// A running server; empty: the one that holds the data directory, if any.
  std::string url;
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
};

/// A stopped server's files, read only: kept entries against SQL, and the
/// latest keys' answers against the memos.
fallible<verification> verify_stopped(const std::filesystem::path& directory);

/// A running server through its API against its SQL file, section by section
/// where their sequences are equal; waits a bounded time for that.
fallible<verification> verify_running(const std::filesystem::path& directory,
                                      const std::string& url);

/// @returns exit_done where all is equal, exit_answer_is_no where not.
int run_verify(const verify_options& options);

void add_verify(CLI::App& app, int& exit_code);

} // namespace registrar
