#pragma once

#include "messages/errors.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace registrar {

/// The directory of an embedded server's files, held under a lock (flock on
/// `registrar.lock`) for as long as this object lives. The lock file says who
/// holds it: process id and, once known, the server's URL.
class data_directory {
public:
  /// What the holder is going to do.
  enum class purpose {
    /// Creates the directory where it is missing; must be writable.
    write,
    /// Must exist; several readers may hold it at once.
    read,
  };

  /// `ec::store_locked` names the holder and its URL, `ec::store_unusable` says
  /// what is wrong with the directory.
  static fallible<data_directory> open(const std::filesystem::path& path,
                                       purpose what_for);

  data_directory(data_directory&& other) noexcept;
  data_directory& operator=(data_directory&& other) noexcept;
  ~data_directory();

  /// Tells others under which URL the holder serves.
  fallible<done> announce(std::string_view url);

  const std::filesystem::path& path() const {
    return path_;
  }

  std::filesystem::path journal_path() const {
    return path_ / "journal.db";
  }

  std::filesystem::path registrar_path() const {
    return path_ / "registrar.db";
  }

private:
  data_directory(std::filesystem::path path, int lock)
    : path_(std::move(path)), lock_(lock) {
  }

  std::filesystem::path path_;
  /// File descriptor of the lock file, or -1.
  int lock_ = -1;
};

} // namespace registrar
