#pragma once

#include <cstdint>
#include <filesystem>

#include <sys/stat.h>

namespace registrar {

/// Tells a file that was written or replaced from the one before; all zero
/// where there is none.
struct file_stamp {
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  std::int64_t bytes = 0;
  std::uint64_t inode = 0;

  static file_stamp of(const std::filesystem::path& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0)
      return {};
    return {found.st_mtim.tv_sec, found.st_mtim.tv_nsec, found.st_size,
            found.st_ino};
  }

  friend bool operator==(const file_stamp&, const file_stamp&) = default;
};

} // namespace registrar
