#pragma once

#include "tests/contract/back_end.hpp"

#include <optional>

namespace registrar::test {

/// A fresh database on the server that tests/servers/run_with.py started, or
/// nothing where it started none. The ledger beside it is the memory model's.
std::optional<back_end_kind> postgres_back_end();

} // namespace registrar::test
