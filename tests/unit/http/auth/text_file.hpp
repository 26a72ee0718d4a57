#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace registrar::test {

/// A file in a directory of its own, both gone at the end. Only its owner may
/// read it, until `permit`.
class text_file {
public:
  explicit text_file(const std::string& content = "") {
    auto place
      = (std::filesystem::temp_directory_path() / "registrar-XXXXXX").string();
    if (::mkdtemp(place.data()) == nullptr)
      throw std::runtime_error("no directory " + place);
    directory_ = place;
    write(content);
    permit(0600);
  }

  ~text_file() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  text_file(const text_file&) = delete;
  text_file& operator=(const text_file&) = delete;

  /// In place of what it held; the permissions stay.
  void write(const std::string& content) {
    std::ofstream{path(), std::ios::binary | std::ios::trunc} << content;
  }

  void permit(int mode) {
    std::filesystem::permissions(path(),
                                 static_cast<std::filesystem::perms>(mode));
  }

  std::filesystem::path path() const {
    return directory_ / "file";
  }

private:
  std::filesystem::path directory_;
};

} // namespace registrar::test
