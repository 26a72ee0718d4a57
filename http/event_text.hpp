#pragma once

#include <chrono>
#include <string>
#include <string_view>

/// The text of Server-Sent Events (WHATWG HTML, 9.2.6).

namespace registrar {

/// One event. Line ends in `data` of whatever kind begin a new line of it;
/// `name` and `id` have none.
void append_event(std::string& out, std::string_view name, std::string_view id,
                  std::string_view data);

/// How long to wait before coming back when the stream has ended.
void append_retry(std::string& out, std::chrono::milliseconds pause);

/// What clients pass over and proxies count as life.
void append_heartbeat(std::string& out);

} // namespace registrar
