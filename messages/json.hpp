#pragma once

#include "messages/catalogue.hpp"
#include "messages/registration.hpp"

#include <string>

/// The JSON forms of API 3. Bodies of register and drop are written by hand
/// into one string, because every request pays for them; the others go through
/// nlohmann_json.

namespace registrar {

/// The envelope of register and drop (a 200), with details and summary.
std::string to_json(const registration_reply& reply);

/// The results that were decided, as the member `results` of a 503 problem:
/// a JSON array.
std::string decided_results_to_json(const registration_reply& reply);

std::string to_json(const section_view& section);
std::string to_json(const section_page& page);
std::string to_json(const student& row);
std::string to_json(const course& row);
std::string to_json(const semester& row);

/// `{student_id, registrations: [...]}`.
std::string to_json(const student_id& student,
                    const std::vector<registration_view>& rows);

/// `{section_id, roster: [...]}` and `{section_id, waitlist: [...]}`.
std::string roster_to_json(const section_rows& rows);
std::string waitlist_to_json(const section_rows& rows);

/// Everything of an entry but its memo, for dead letters.
std::string to_json(const journal_entry& entry);

} // namespace registrar
