#pragma once

#include "cli/common_options.hpp"

#include <string>
#include <vector>

namespace registrar {

struct dead_letters_options {
  common_options common;
  /// Ids of letters; not for `list`.
  std::vector<std::string> ids;
  /// A running server; empty: the one that holds the stores.
  std::string url;
  /// Why letters are retried or discarded; may be empty.
  std::string reason;
};

int run_dead_letters_list(const dead_letters_options& options);

/// Registers each letter's student again through the running server. @returns
/// exit_answer_is_no where the server refuses one; its letter is kept.
int run_dead_letters_retry(const dead_letters_options& options);

/// Deletes letters, with a row in `audit_log` for each.
int run_dead_letters_discard(const dead_letters_options& options);

void add_dead_letters(CLI::App& app, int& exit_code);

} // namespace registrar
