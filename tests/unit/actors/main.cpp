// The main of the actors' tests; each other file is one suite of it.
#define CAF_SUITE actors

#include <caf/test/unit_test_impl.hpp>
