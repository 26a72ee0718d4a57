#pragma once

#include "http/head.hpp"

#include <string>
#include <string_view>

namespace registrar {

/// Replaces `out` by the whole answer to `head`, from the status line to the
/// last byte of the body; of a stream, to the end of the header.
void write_response(std::string& out, const request_head& head,
                    const http_response& response);

/// Whether a stream that answers `head` comes in chunks; else its end is the
/// connection's.
bool is_chunked(const request_head& head);

/// A part of a body that comes in chunks (RFC 9112, 7.1). @pre not empty
void append_chunk(std::string& out, std::string_view text);
void append_last_chunk(std::string& out);

} // namespace registrar
