#pragma once

#include "messages/errors.hpp"
#include "messages/ids.hpp"

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace registrar {

/// Percent-decodes; none where an escape is broken or there is a NUL, escaped
/// or not.
/// @param plus_is_space true in queries.
std::optional<std::string> percent_decode(std::string_view text,
                                          bool plus_is_space);

using query_parameters = std::map<std::string, std::string>;

/// Reads `a=b&c=d`. Unknown, repeated or broken parameters are failures that
/// say what to change.
fallible<query_parameters>
read_query(std::string_view query,
           std::initializer_list<std::string_view> known);

/// A whole number from 1 to `max`, else a failure that names it.
fallible<std::uint32_t> read_bounded(std::string_view text, const char* name,
                                     std::uint32_t max);

/// `limit`: 1 to `limits::page_rows_max`, else a failure.
fallible<std::uint32_t> read_limit(const query_parameters& parameters);

/// `ids`: at most `limits::query_ids_max`, with a comma between each two.
fallible<std::vector<section_id>> read_section_ids(std::string_view text);

/// Cursors are opaque to clients: hexadecimal text of the list's name and of
/// the row to go on after. None where it was not made for this list.
std::string to_cursor(std::string_view list, std::string_view row);
std::optional<std::string> from_cursor(std::string_view list,
                                       std::string_view cursor);

/// The value of `Link` (RFC 8288) that leads to the next page: the same path
/// and query, with this cursor.
std::string link_to_next(std::string_view path, std::string_view query,
                         std::string_view cursor);

} // namespace registrar
