#pragma once

#include <algorithm>
#include <string_view>

namespace registrar {

/// Whether `part` is in `text`, in any case of the letters A to Z.
inline bool contains_text(std::string_view text, std::string_view part) {
  auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  auto same = [lower](char x, char y) { return lower(x) == lower(y); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same)
         != text.end();
}

} // namespace registrar
