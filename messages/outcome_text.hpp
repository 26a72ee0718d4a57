#pragma once

#include "messages/ledger.hpp"

#include <string>
#include <string_view>

namespace registrar {

/// As the API calls it: `enrolled`, `already_registered`, ...
std::string_view word_of(seat_status status);

/// In a few words: `enrolled`, `waitlisted, place 3`, `rejected: section_full`.
std::string words_of(const seat_outcome& outcome);

} // namespace registrar
