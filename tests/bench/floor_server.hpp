#pragma once

#include <functional>
#include <string>

namespace registrar::bench {

/// Beast answering a constant from one thread: what HTTP alone costs.
/// @param answer a whole HTTP answer; every request gets it.
/// @param listening is told the port. Never returns.
[[noreturn]] void serve_floor(const std::string& answer,
                              const std::function<void(unsigned)>& listening);

} // namespace registrar::bench
