#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace registrar {

/// A directory of its own, removed at the end.
class temporary_directory {
public:
  temporary_directory() {
    auto name
      = (std::filesystem::temp_directory_path() / "registrar-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }

  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;

  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const {
    return path_;
  }

private:
  std::filesystem::path path_;
};

} // namespace registrar
