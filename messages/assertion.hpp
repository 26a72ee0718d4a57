#pragma once

#include <stdexcept>
#include <string>

namespace registrar {

/// A broken promise of our own code. Ends the actor in which it happens; its
/// supervisor restarts it.
class assertion_failed : public std::logic_error {
public:
  using std::logic_error::logic_error;
};

[[noreturn]] inline void assertion_fails(const char* what, const char* where) {
  throw assertion_failed(std::string{what} + " does not hold at " + where);
}

} // namespace registrar

#define REGISTRAR_STRING_(x) #x
#define REGISTRAR_STRING(x) REGISTRAR_STRING_(x)

/// Stays on in release.
#define REGISTRAR_ASSERT(condition)                                            \
  ((condition) ? static_cast<void>(0)                                          \
               : ::registrar::assertion_fails(#condition, __FILE__             \
                                              ":" REGISTRAR_STRING(__LINE__)))
