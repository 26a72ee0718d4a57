#include "storage/rules/bisect.hpp"

namespace registrar {

fallible<bisected> write_until_refused(
  std::span<const journal_entry> entries,
  const std::function<fallible<done>(std::span<const journal_entry>)>& write) {
  bisected result;
  auto& written = result.written;
  while (written < entries.size()) {
    // The first so many of the rest; halved while they are refused.
    auto count = entries.size() - written;
    for (;;) {
      auto taken = write(entries.subspan(written, count));
      if (taken) {
        written += count;
        break;
      }
      if (!is_permanent(taken.error().code))
        return taken.error();
      if (count == 1) {
        result.why = taken.error();
        return result;
      }
      count = count / 2;
    }
  }
  return result;
}

} // namespace registrar
