#pragma once

#include "messages/ids.hpp"
#include "messages/registration.hpp"

#include <span>
#include <string>
#include <string_view>

/// Requests as bytes on the wire.

namespace registrar::rehearsal {

/// GET of `path`.
void write_get(std::string& into, std::string_view authority,
               std::string_view path);

/// POST or PATCH with a JSON body; `key` may be empty.
void write_request(std::string& into, std::string_view method,
                   std::string_view authority, std::string_view path,
                   std::string_view key, std::string_view body);

/// POST /api/v1/register or /drop.
void write_registration(std::string& into, std::string_view authority,
                        route which, const student_id& student,
                        std::span<const section_id> sections,
                        std::string_view key);

/// Puts a token into a request that was written. @pre it has none
void write_bearer(std::string& into, std::string_view token);

} // namespace registrar::rehearsal
