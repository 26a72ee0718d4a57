#pragma once

#include <string>
#include <string_view>

namespace registrar::fuzz {

/// The secret of HS256 tokens that count as ours.
inline const std::string secret = "a secret of 32 bytes and no less";
inline const std::string issuer = "https://login.example.edu";
inline const std::string audience = "registrar";

/// Public keys whose private halves signed the tokens of the corpus and were
/// then thrown away: nobody can sign another.
inline const std::string rsa_pem = R"(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwWKy2qDffJdtiVIlpmn8
Od9+9keGsEcyIWSPxsM3J1TmoZKQLyCeRiAJAuX+ZeS/dJh3oVrHhT4SoNrpN+SM
rie27HA6nCXJIJbRzAofubPpQOBd1zUwk5NyuQY7+LmB2UdRecx1tjbeo8ve4y+4
AEse9WsMQ06Pzw2YAa51fp4CJ85qoCmBXVTmHYpESipn2LEkomdU9qSdY/7iDqVz
AEqBAVyG3Kz5ZXVHL4DETvSiYlKTQKtaiDlmJn+2e5b5s809z0oPDWOkDuxHulSx
pZY4YMPIoCDZLOWEDk8H8K61/3S9e+j2qbn3/jVdWO1nJKJFoFpNkGskcGpXLADD
pQIDAQAB
-----END PUBLIC KEY-----
)";

inline const std::string ec_pem = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7AmCjWeILhCKkzmesYcpQk0mu6Sz
FFq0dTdRb9c4uKbWB8gtbfdUnUrJwln3cvHs76nvfH11WoDe7gwgcyscqA==
-----END PUBLIC KEY-----
)";

/// What those tokens say, up to their signature.
inline constexpr std::string_view signed_by_rsa
  = "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2xvZ2luL"
    "mV4YW1wbGUuZWR1IiwiYXVkIjoicmVnaXN0cmFyIiwic3ViIjoiMTIzZTQ1NjctZTg"
    "5Yi0xMmQzLWE0NTYtNDI2NjE0MTc0MDAwIiwicm9sZXMiOlsic3R1ZGVudCJdLCJle"
    "HAiOjQxMDI0NDQ4MDB9";
inline constexpr std::string_view signed_by_ec
  = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2xvZ2luLm"
    "V4YW1wbGUuZWR1IiwiYXVkIjoicmVnaXN0cmFyIiwic3ViIjoiMTIzZTQ1NjctZTg5"
    "Yi0xMmQzLWE0NTYtNDI2NjE0MTc0MDAwIiwicm9sZXMiOlsic3R1ZGVudCJdLCJleH"
    "AiOjQxMDI0NDQ4MDB9";

} // namespace registrar::fuzz
