#pragma once

#include "messages/errors.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace registrar {

/// Whether somebody accepts connections at the address: `none`, or
/// `dependency_unavailable` and why, after `patience` at the latest (and the
/// time that a name takes to be looked up). Blocks.
///
/// CAF's middleman connects to one address after the other, and to each for as
/// long as the kernel tries: minutes where packets are lost on the way. So it
/// is asked for nothing that this did not find.
failure probe_tcp(const std::string& host, std::uint16_t port,
                  std::chrono::milliseconds patience);

} // namespace registrar
