#include "cli/server_token.hpp"

#include "http/auth/key_files.hpp"
#include "http/auth/token_issuer.hpp"

#include <cstdlib>

namespace registrar {

fallible<std::string> token_for_server(const settings& config) {
  if (auto* given = std::getenv("REGISTRAR_TOKEN"))
    return std::string{given};
  if (config.auth == auth_mode::off || config.auth_hs256_secret_file.empty())
    return std::string{};
  auto secret = read_secret_file(config.auth_hs256_secret_file);
  if (!secret)
    return secret.error();
  auto now = std::chrono::duration_cast<unix_seconds>(
    std::chrono::system_clock::now().time_since_epoch());
  return issue_token({"registrar", role_set{role::staff}, limits::token_ttl,
                      config.auth_issuer, config.auth_audience},
                     secret->material, now);
}

} // namespace registrar
