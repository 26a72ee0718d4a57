#pragma once

#include "http/exchange.hpp"
#include "http/head.hpp"
#include "messages/errors.hpp"

#include <string>

/// What must hold of every answer, whatever was sent.

namespace registrar::fuzz {

/// A problem of RFC 9457 with the status of a refusal, and a detail that is
/// text and no longer than somebody reads.
void expect_problem(const http_response& answer);

/// A fault of the request itself: 400, with a detail.
void expect_fault(const failure& why);

/// The answer as it is sent: one HTTP message whose fields are as they should
/// be, none of them made by the client.
void expect_message(const std::string& text, const request_head& head,
                    const http_response& answer);

} // namespace registrar::fuzz
