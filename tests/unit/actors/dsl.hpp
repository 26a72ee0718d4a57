#pragma once

// CAF's test DSL defines macros with short lower-case names (expect, inject,
// allow): include this last, and only here.
#include <caf/test/dsl.hpp>
