#pragma once

#include "http/exchange.hpp"
#include "messages/errors.hpp"

namespace registrar {

/// What the ETag of a row looks like.
enum class etag_form : std::uint8_t {
  /// `"<version>-<sequence>"`: a section. Only the version is compared.
  version_and_sequence,
  /// `"<version>"`: a student, course or semester.
  version,
};

/// The version that a change must find, from If-Match: 0 where it asks
/// nothing. `ec::invalid_value` where it is no ETag of ours,
/// `ec::version_mismatch` where no row can have it.
fallible<std::uint64_t> read_if_match(const http_request& request,
                                      etag_form form);

} // namespace registrar
