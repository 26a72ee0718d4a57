#pragma once

#include "http/auth/key_set.hpp"

#include <filesystem>

/// Keys from files. Failures are whole sentences that name the file and say
/// what to change.

namespace registrar {

/// A secret of at least `limits::secret_bytes_min` bytes for HS256, in a file
/// that others may not read. One newline at its end is not part of it.
fallible<verification_key> read_secret_file(const std::filesystem::path& path);

/// A public key in PEM, for RS256 or ES256, in a file that others may not
/// write.
fallible<verification_key>
read_public_key_file(const std::filesystem::path& path);

/// A JWKS in a file that others may not write.
fallible<key_set> read_key_set_file(const std::filesystem::path& path);

} // namespace registrar
