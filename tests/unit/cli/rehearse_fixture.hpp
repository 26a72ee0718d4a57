#pragma once

#include "cli/rehearse/invariants.hpp"

#include <algorithm>
#include <string>
#include <vector>

/// Small ids and answers for tests of the rehearsal.

namespace registrar::test {

template <class Id>
Id numbered(std::uint8_t n) {
  Id result;
  result.value.bytes.fill(n);
  return result;
}

inline student_id student(std::uint8_t n) {
  return numbered<student_id>(n);
}

inline registration_id registration(std::uint8_t n) {
  return numbered<registration_id>(n);
}

inline std::vector<student_id> students(std::uint8_t count) {
  std::vector<student_id> result;
  for (auto n = std::uint8_t{1}; n <= count; ++n)
    result.push_back(student(n));
  return result;
}

inline bool names(const std::vector<rehearsal::violation>& found,
                  const std::string& invariant) {
  return std::any_of(found.begin(), found.end(),
                     [&](auto& x) { return x.invariant == invariant; });
}

} // namespace registrar::test
