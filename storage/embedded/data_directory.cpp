#include "storage/embedded/data_directory.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace registrar {

namespace {

namespace fs = std::filesystem;

constexpr auto lock_name = "registrar.lock";

failure unusable(const fs::path& path, std::string_view what) {
  return {ec::store_unusable,
          "The data directory " + path.string() + " " + std::string{what}};
}

std::string reason(int error) {
  return std::strerror(error);
}

/// Who keeps `lock` from being had. A writer says it in the file, as
/// `<pid>\n<url>\n`; where a reader may come in, only readers are there, and
/// the file is of a writer that is gone.
std::string holder_of(int lock, bool writes) {
  if (writes && ::flock(lock, LOCK_SH | LOCK_NB) == 0)
    return "by processes that read it, such as `registrar verify`";
  std::string text(512, '\0');
  auto size = ::pread(lock, text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  auto line = text.find('\n');
  if (line == std::string::npos)
    return "by another process";
  auto result = "by process " + text.substr(0, line);
  auto url = text.substr(line + 1);
  if (auto end = url.find('\n'); end != std::string::npos)
    url.resize(end);
  if (!url.empty())
    result += ", which serves " + url;
  return result;
}

bool write_holder(int lock, std::string_view url) {
  auto text = std::to_string(::getpid()) + "\n" + std::string{url} + "\n";
  return ::ftruncate(lock, 0) == 0
         && ::pwrite(lock, text.data(), text.size(), 0)
              == static_cast<ssize_t>(text.size());
}

} // namespace

fallible<data_directory> data_directory::open(const fs::path& path,
                                              purpose what_for) {
  auto writes = what_for == purpose::write;
  std::error_code error;
  if (writes)
    fs::create_directories(path, error);
  if (error)
    return unusable(path, "cannot be created: " + error.message()
                            + "; choose another with --data-dir.");
  if (!fs::is_directory(path, error))
    return unusable(path, "does not exist; choose another with --data-dir, or "
                          "start the server once to make it.");
  auto file = path / lock_name;
  auto flags = (writes ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC;
  auto lock = ::open(file.c_str(), flags, 0644);
  if (lock < 0 && !writes && errno == ENOENT)
    return data_directory{path, -1};
  if (lock < 0)
    return unusable(path, "cannot be "
                            + std::string{writes ? "written" : "read"} + ": "
                            + reason(errno)
                            + "; mend its rights or choose another with "
                              "--data-dir.");
  data_directory result{path, lock};
  if (::flock(lock, (writes ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return unusable(path, "cannot be locked: " + reason(errno) + ".");
    return failure{ec::store_locked,
                   "The data directory " + path.string() + " is in use "
                     + holder_of(lock, writes)
                     + "; ask that server, stop it, or choose another with "
                       "--data-dir."};
  }
  if (writes && !write_holder(lock, ""))
    return unusable(path, "cannot be written: " + reason(errno)
                            + "; make room or choose another with "
                              "--data-dir.");
  return result;
}

data_directory::data_directory(data_directory&& other) noexcept
  : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {
}

data_directory& data_directory::operator=(data_directory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

data_directory::~data_directory() {
  if (lock_ >= 0)
    ::close(lock_);
}

fallible<done> data_directory::announce(std::string_view url) {
  if (lock_ < 0 || !write_holder(lock_, url))
    return unusable(path_, "cannot be written: " + reason(errno) + ".");
  return done{};
}

} // namespace registrar
