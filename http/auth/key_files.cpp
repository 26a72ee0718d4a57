#include "http/auth/key_files.hpp"

#include "config/limits.hpp"
#include "http/auth/public_key.hpp"

#include <cstring>
#include <fstream>
#include <sstream>

#include <sys/stat.h>

namespace registrar {

namespace {

/// What others than owner and group must not be allowed.
enum class protection {
  /// To write it: they could let themselves in.
  from_writing,
  /// To read it either.
  from_reading,
};

failure file_fault(const std::filesystem::path& path, const std::string& what) {
  return {ec::invalid_value, "The file " + path.string() + " " + what};
}

fallible<std::string> read_text(const std::filesystem::path& path,
                                protection wanted) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0)
    return file_fault(path, std::string{"cannot be read ("}
                              + std::strerror(errno) + ").");
  if (!S_ISREG(found.st_mode))
    return file_fault(path, "is no regular file.");
  auto forbidden = wanted == protection::from_reading
                     ? S_IROTH | S_IWOTH
                     : static_cast<int>(S_IWOTH);
  if ((found.st_mode & static_cast<mode_t>(forbidden)) != 0)
    return wanted == protection::from_reading
             ? file_fault(path,
                          "may be read or written by everyone and holds a "
                          "secret; do chmod 600.")
             : file_fault(path, "may be written by everyone, who could let "
                                "themselves in; do chmod 644.");
  if (static_cast<std::uint64_t>(found.st_size) > limits::key_file_bytes_max)
    return file_fault(path, "has more than "
                              + std::to_string(limits::key_file_bytes_max)
                              + " bytes and so holds no key.");
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  // An empty file fails the stream; it is judged by its content.
  if (!file.is_open() || file.bad())
    return file_fault(path, "cannot be read.");
  return text.str();
}

void cut_newline(std::string& text) {
  if (text.ends_with('\n'))
    text.pop_back();
  if (text.ends_with('\r'))
    text.pop_back();
}

} // namespace

fallible<verification_key> read_secret_file(const std::filesystem::path& path) {
  auto text = read_text(path, protection::from_reading);
  if (!text)
    return text.error();
  // Whoever has the public key could sign with it.
  if (text->find("-----BEGIN ") != std::string::npos)
    return file_fault(path, "holds a key in PEM and no secret; a public key "
                            "belongs into auth.public_key_file.");
  cut_newline(*text);
  if (text->size() < limits::secret_bytes_min)
    return file_fault(path, "holds a secret of " + std::to_string(text->size())
                              + " bytes; HS256 needs "
                              + std::to_string(limits::secret_bytes_min)
                              + " or more (openssl rand -hex 32).");
  return verification_key{token_algorithm::hs256, "", std::move(*text)};
}

fallible<verification_key>
read_public_key_file(const std::filesystem::path& path) {
  auto text = read_text(path, protection::from_writing);
  if (!text)
    return text.error();
  auto key = public_key_from_pem(*text);
  return key ? key : file_fault(path, key.error().detail);
}

fallible<key_set> read_key_set_file(const std::filesystem::path& path) {
  auto text = read_text(path, protection::from_writing);
  if (!text)
    return text.error();
  auto set = read_key_set(*text);
  return set ? set : file_fault(path, set.error().detail);
}

} // namespace registrar
