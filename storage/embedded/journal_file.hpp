#pragma once

#include "messages/errors.hpp"
#include "storage/embedded/database.hpp"
#include "storage/embedded/journal_codec.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace registrar {

/// journal.db: the tables `entries`, `keys` and `meta`, one connection, used by
/// one thread. WAL with synchronous=FULL: what `commit` returned for survives a
/// power cut. No second index: entries and keys are only ever appended, which
/// keeps a commit to a few pages.
class journal_file {
public:
  /// What names the ledger and its owner.
  struct identity {
    /// Random, made with the file; SQL has the same (DESIGN 2).
    uuid ledger_id;
    epoch owner;
    /// Counts the openings by an owner.
    std::uint64_t incarnation = 0;
  };

  /// Takes a row; false ends the scan. The payload lives until it returns.
  using entry_visitor
    = std::function<bool(const entry_row&, std::string_view payload)>;
  using key_visitor
    = std::function<bool(std::uint64_t position, std::string_view payload)>;

  /// To write: makes the file where it is missing, migrates it, and forces what
  /// a failed commit may have left behind onto the disk. Fails at once where
  /// the disk takes no writes.
  static fallible<std::unique_ptr<journal_file>>
  open(const std::filesystem::path& path, database::mode how);

  fallible<done> begin() {
    return database_.begin();
  }

  fallible<done> commit() {
    return database_.commit();
  }

  void roll_back() {
    database_.roll_back();
  }

  fallible<identity> read_identity();
  fallible<done> write_owner(const epoch& owner);
  fallible<done> write_incarnation(std::uint64_t incarnation);

  fallible<done> append_entry(const entry_row& row, std::string_view payload);

  /// Entries with a position above `after`, in order.
  fallible<done> scan_entries(std::uint64_t after, const entry_visitor& visit);

  /// The same without payloads.
  fallible<done> scan_columns(std::uint64_t after, const entry_visitor& visit);

  /// Visits the entry, if it is there.
  fallible<done> read_entry(std::uint64_t position, const entry_visitor& visit);

  fallible<done> delete_entry(std::uint64_t position);

  fallible<done> append_key(std::uint64_t position, timestamp expires,
                            std::string_view payload);
  fallible<done> scan_keys(std::uint64_t after, const key_visitor& visit);
  fallible<done> read_key(std::uint64_t position, const key_visitor& visit);
  fallible<done> delete_keys_up_to(std::uint64_t position);

private:
  explicit journal_file(database&& db) : database_(std::move(db)) {
  }

  fallible<done> prepare();
  fallible<done> make_identity();
  fallible<done> force_to_disk();

  database database_;
  statement append_entry_, scan_entries_, scan_columns_, read_entry_,
    delete_entry_, append_key_, scan_keys_, read_key_, delete_keys_;
};

} // namespace registrar
