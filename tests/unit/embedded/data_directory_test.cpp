#include "storage/embedded/data_directory.hpp"

#include "tests/unit/embedded/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <optional>

#include <sys/wait.h>
#include <unistd.h>

using namespace registrar;
using purpose = data_directory::purpose;

namespace {

namespace fs = std::filesystem;

bool names(const failure& why, std::string_view what) {
  return why.detail.find(what) != std::string::npos;
}

/// Whether another process is refused with a sentence that names all of this.
bool is_refused_elsewhere(const fs::path& path,
                          std::initializer_list<std::string_view> words) {
  auto child = ::fork();
  if (child == 0) {
    auto second = data_directory::open(path, purpose::write);
    auto is_refused = !second && second.error().code == ec::store_locked;
    for (auto word : words)
      is_refused = is_refused && names(second.error(), word);
    ::_exit(is_refused ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// A directory that another process holds until this object goes.
class holder {
public:
  explicit holder(const fs::path& path) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    REQUIRE(::pipe(end_) == 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::close(end_[1]);
      auto held = data_directory::open(path, purpose::write);
      auto is_held = held && held->announce("http://localhost:1");
      char x = is_held ? 'y' : 'n';
      static_cast<void>(::write(ready[1], &x, 1) + ::read(end_[0], &x, 1));
      // Dies with the lock in hand, as a killed server does.
      ::_exit(0);
    }
    char x = 0;
    REQUIRE(::read(ready[0], &x, 1) == 1);
    REQUIRE(x == 'y');
    ::close(ready[0]);
    ::close(ready[1]);
    ::close(end_[0]);
  }

  ~holder() {
    ::close(end_[1]);
    ::waitpid(child_, nullptr, 0);
  }

  std::string pid() const {
    return std::to_string(child_);
  }

private:
  int end_[2]{};
  pid_t child_ = 0;
};

} // namespace

TEST_CASE("a directory has one owner, and who comes second learns who it is") {
  temporary_directory directory;
  auto path = directory.path() / "new" / "data";
  auto pid = std::to_string(::getpid());
  std::optional<data_directory> first;
  {
    auto opened = data_directory::open(path, purpose::write);
    REQUIRE(opened);
    first.emplace(std::move(*opened));
  }
  CHECK(first->journal_path() == path / "journal.db");
  CHECK(first->registrar_path() == path / "registrar.db");
  auto second = data_directory::open(path, purpose::write);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ec::store_locked);
  CHECK(names(second.error(), "process " + pid));
  REQUIRE(first->announce("http://localhost:8080"));
  CHECK(is_refused_elsewhere(
    path, {"process " + pid, "http://localhost:8080", path.string()}));
  CHECK(data_directory::open(path, purpose::read).error().code
        == ec::store_locked);
  first.reset();
  CHECK(data_directory::open(path, purpose::write));
}

TEST_CASE("a directory of a process that died is free again") {
  temporary_directory directory;
  {
    holder other{directory.path()};
    auto refused = data_directory::open(directory.path(), purpose::write);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ec::store_locked);
    CHECK(names(refused.error(), "process " + other.pid()));
    CHECK(names(refused.error(), "http://localhost:1"));
  }
  auto mine = data_directory::open(directory.path(), purpose::write);
  REQUIRE(mine);
  // The former URL is not mine.
  auto refused = data_directory::open(directory.path(), purpose::write);
  REQUIRE_FALSE(refused);
  CHECK_FALSE(names(refused.error(), "http://"));
}

TEST_CASE("readers share a directory and keep the writer out") {
  temporary_directory directory;
  { holder last_writer{directory.path()}; }
  std::optional<data_directory> first;
  {
    auto opened = data_directory::open(directory.path(), purpose::read);
    REQUIRE(opened);
    first.emplace(std::move(*opened));
  }
  auto second = data_directory::open(directory.path(), purpose::read);
  CHECK(second);
  auto writer = data_directory::open(directory.path(), purpose::write);
  REQUIRE_FALSE(writer);
  CHECK(writer.error().code == ec::store_locked);
  // It is not the writer of before, which is gone, that must be stopped.
  CHECK_FALSE(names(writer.error(), "http://localhost:1"));
  CHECK(names(writer.error(), "read"));
  CHECK_FALSE(first->announce("http://localhost:2"));
}

TEST_CASE("a directory that cannot be used is refused with its reason") {
  temporary_directory directory;
  auto missing = data_directory::open(directory.path() / "none", purpose::read);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ec::store_unusable);
  CHECK(names(missing.error(), "does not exist"));
  auto file = directory.path() / "file";
  std::ofstream{file} << "something else";
  for (const auto& path : {file, file / "below"}) {
    auto refused = data_directory::open(path, purpose::write);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ec::store_unusable);
    CHECK(names(refused.error(), path.string()));
  }
  // Rights do not stop a superuser; a directory in place of the lock does.
  fs::create_directory(directory.path() / "registrar.lock");
  auto unwritable = data_directory::open(directory.path(), purpose::write);
  REQUIRE_FALSE(unwritable);
  CHECK(unwritable.error().code == ec::store_unusable);
  CHECK(names(unwritable.error(), "cannot be written"));
}
