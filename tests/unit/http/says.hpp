#pragma once

#include <string_view>

namespace registrar::test {

/// Whether a sentence about a fault names what it is about.
inline bool says(std::string_view sentence, std::string_view word) {
  return sentence.find(word) != sentence.npos;
}

} // namespace registrar::test
