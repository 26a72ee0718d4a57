#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text by the columns it takes on a terminal. What a server says may hold
/// anything: nothing that steers a terminal gets through.

namespace registrar::top {

/// `text` with each control character, each mark that turns the direction of
/// writing, and each byte that is not UTF-8 replaced by `?`.
std::string cleaned(std::string_view text);

/// Columns that a clean text takes.
std::size_t columns_of(std::string_view text);

/// A clean text in at most `columns`; where something is left out, the last
/// column shows it.
std::string cut(std::string_view text, std::size_t columns);

/// In exactly `columns`, cut or filled with spaces.
std::string to_left(std::string_view text, std::size_t columns);
std::string to_right(std::string_view text, std::size_t columns);

/// Without its last character.
std::string without_last(std::string_view text);

/// As UTF-8. @pre a Unicode scalar value.
std::string utf8_of(char32_t character);

/// For terminals that know no UTF-8: our marks as similar ASCII, else `?`.
std::string to_ascii(std::string_view text);

} // namespace registrar::top
