#pragma once

#include "messages/errors.hpp"
#include "messages/idempotency.hpp"
#include "messages/registration.hpp"

#include <optional>
#include <string>

namespace registrar {

/// The key of a request: from the header (bare or quoted) or the body, empty
/// where there is none. Both and different, or not 1 to 255 printable ASCII
/// characters: a failure that says what to change.
fallible<std::string> read_key(const std::optional<std::string>& header,
                               const std::string* member);

/// SHA-256 of student id and section ids in order.
fingerprint fingerprint_of(const registration_request& request);

/// UUIDv5 of student, route, key and fingerprint: the same request under the
/// same key is the same business request, whoever asks and when.
request_id request_id_of(const key_scope& scope, const fingerprint& print);

} // namespace registrar
