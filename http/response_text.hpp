#pragma once

#include "http/head.hpp"

#include <string>

namespace registrar {

/// Replaces `out` by the whole answer to `head`, from the status line to the
/// last byte of the body.
void write_response(std::string& out, const request_head& head,
                    const http_response& response);

} // namespace registrar
