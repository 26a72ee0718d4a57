#include "storage/factory.hpp"
#include "tests/contract/postgres_back_end.hpp"
#include "tests/unit/embedded/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

namespace registrar::test {

namespace {

namespace fs = std::filesystem;

/// SQLite files in a directory of their own. A kill is a copy of the files as
/// the running process left them; the next start uses the copy.
class embedded_back_end : public back_end {
public:
  std::shared_ptr<store_factory> start() override {
    lock_.reset();
    auto is_new = !fs::exists(path() / "journal.db");
    auto locked = data_directory::open(path(), data_directory::purpose::write);
    REQUIRE_MESSAGE(bool(locked), (locked ? "" : locked.error().detail));
    lock_.emplace(std::move(*locked));
    auto stores = open_embedded_stores(*lock_);
    REQUIRE_MESSAGE(bool(stores), (stores ? "" : stores.error().detail));
    if (is_new) {
      auto catalogue = (*stores)->open_catalogue();
      REQUIRE(catalogue);
      REQUIRE((*catalogue)->put(suite_catalogue(), timestamp{}));
    }
    return *stores;
  }

  void die() override {
    auto from = path();
    ++lives_;
    fs::create_directory(path());
    for (const auto* name :
         {"journal.db", "journal.db-wal", "registrar.db", "registrar.db-wal"})
      if (fs::exists(from / name))
        fs::copy_file(from / name, path() / name);
  }

private:
  fs::path path() const {
    return directory_.path() / std::to_string(lives_);
  }

  temporary_directory directory_;
  int lives_ = 1;
  std::optional<data_directory> lock_;
};

} // namespace

std::span<const back_end_kind> back_ends() {
  static const std::vector<back_end_kind> all{
    {"embedded", [] { return std::make_unique<embedded_back_end>(); }},
  };
  return all;
}

std::span<const back_end_kind> projection_back_ends() {
  static const auto postgres = postgres_back_end();
  if (postgres)
    return {&*postgres, 1};
  return back_ends();
}

} // namespace registrar::test
