#include "cli/server_token.hpp"

#include "http/auth/key_files.hpp"
#include "http/auth/token_issuer.hpp"

#include <cstdlib>

namespace registrar {

fallible<bearer> bearer_for_server(const settings& config, role needed) {
  bearer result{"", std::string{to_string(needed)}};
  if (auto* given = std::getenv("REGISTRAR_TOKEN")) {
    result.token = given;
    return result;
  }
  if (config.auth == auth_mode::off || config.auth_hs256_secret_file.empty())
    return result;
  auto secret = read_secret_file(config.auth_hs256_secret_file);
  if (!secret)
    return secret.error();
  auto now = std::chrono::duration_cast<unix_seconds>(
    std::chrono::system_clock::now().time_since_epoch());
  auto token = issue_token({"registrar", role_set{needed}, limits::token_ttl,
                            config.auth_issuer, config.auth_audience},
                           secret->material, now);
  if (!token)
    return token.error();
  result.token = std::move(*token);
  return result;
}

} // namespace registrar
