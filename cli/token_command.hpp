#pragma once

#include "cli/command.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace registrar {

struct token_options {
  std::string secret_file;
  std::string subject;
  std::vector<std::string> roles;
  std::string ttl;
  std::string issuer;
  std::string audience;
};

/// Prints a token for development, signed with the secret in a file.
int run_token(const token_options& options);

void add_token(CLI::App& app, int& exit_code);

} // namespace registrar
