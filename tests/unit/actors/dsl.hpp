#pragma once

// CAF's test DSL defines macros with short lower-case names (expect, inject,
// allow): include this last, and only here.
#include <caf/test/dsl.hpp>

// Files are compiled together, and a test's line alone does not name it.
#undef CAF_UNIQUE
#define CAF_UNIQUE(name) CAF_PASTE(CAF_PASTE(name, CAF_SUITE), __LINE__)
