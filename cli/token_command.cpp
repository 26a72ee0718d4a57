#include "cli/token_command.hpp"

#include "config/value_parser.hpp"
#include "http/auth/key_files.hpp"
#include "http/auth/token_issuer.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace registrar {

namespace {

fallible<role_set> read_roles(const std::vector<std::string>& words) {
  role_set result;
  for (const auto& word : words) {
    auto one = parse_role(word);
    if (!one)
      return {ec::invalid_value, "There is no role " + word
                                   + "; use student, staff, admin or "
                                     "operator."};
    result.add(*one);
  }
  return result;
}

fallible<std::chrono::seconds> read_ttl(const std::string& text) {
  std::string fault;
  auto value = read_duration(text, std::chrono::seconds{1},
                             limits::token_ttl_max, fault);
  if (!value)
    return {ec::invalid_value, "--ttl: " + fault + "."};
  return std::chrono::duration_cast<std::chrono::seconds>(*value);
}

fallible<std::string> make_token(const token_options& options) {
  auto roles = read_roles(options.roles);
  if (!roles)
    return roles.error();
  auto ttl = read_ttl(options.ttl);
  if (!ttl)
    return ttl.error();
  auto secret = read_secret_file(options.secret_file);
  if (!secret)
    return secret.error();
  auto now = std::chrono::duration_cast<unix_seconds>(
    std::chrono::system_clock::now().time_since_epoch());
  return issue_token(
    {options.subject, *roles, *ttl, options.issuer, options.audience},
    secret->material, now);
}

} // namespace

int run_token(const token_options& options) {
  auto token = make_token(options);
  if (!token)
    return could_not_run(token.error().detail);
  std::puts(token->c_str());
  return exit_done;
}

void add_token(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<token_options>();
  options->ttl = show_duration(limits::token_ttl);
  auto& command = add_command(
    app, "token", "Print a token for development",
    "  registrar token --secret-file secret --role student --sub "
    "123e4567-e89b-12d3-a456-426614174000\n"
    "  registrar token --secret-file secret --role staff --role operator "
    "--sub jane --ttl 8h");
  auto text = [&](const char* flag, std::string& into, const char* type,
                  const char* description) {
    return command.add_option(flag, into, description)->type_name(type);
  };
  text("--secret-file", options->secret_file, "FILE",
       "The secret of auth.hs256_secret_file; openssl rand -hex 32 makes one")
    ->required();
  text("--sub", options->subject, "ID",
       "Who bears the token; of a student, the student's id")
    ->required();
  command
    .add_option("--role", options->roles,
                "student, staff, admin or operator; may be repeated")
    ->type_name("ROLE")
    ->required();
  text("--ttl", options->ttl, "TIME", "Life of the token, 1s to 8784h")
    ->capture_default_str();
  text("--issuer", options->issuer, "TEXT", "As in auth.issuer");
  text("--audience", options->audience, "TEXT", "As in auth.audience");
  command.callback([options, &exit_code] { exit_code = run_token(*options); });
}

} // namespace registrar
