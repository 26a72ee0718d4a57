#pragma once

#include "messages/errors.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"
#include "storage/embedded/fair_lock.hpp"
#include "storage/embedded/log_carrier.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

/// SQLite behind RAII and `fallible`: every SQLite file of this room is opened
/// here. Nothing here throws.

namespace registrar {

/// A prepared statement. Parameters count from 1, columns from 0. Text that is
/// bound must live until the statement has run; text of a column lives until
/// the next step.
class statement {
public:
  statement() = default;
  statement(statement&& other) noexcept;
  statement& operator=(statement&& other) noexcept;
  ~statement();

  statement& bind(int index, std::int64_t value);
  statement& bind(int index, std::uint64_t value);
  statement& bind(int index, std::uint32_t value);
  statement& bind(int index, bool value);
  statement& bind(int index, std::string_view text);
  statement& bind(int index, timestamp at);
  statement& bind_bytes(int index, std::string_view bytes);
  statement& bind_null(int index);
  /// An empty text is an absent value.
  statement& bind_optional(int index, std::string_view text);

  template <class Tag>
  statement& bind(int index, const strong_id<Tag>& id) {
    return bind_id(index, id.value);
  }

  /// Goes on to the next row. False: there is none, and the statement may be
  /// bound again.
  fallible<bool> step();

  /// For what gives no rows: steps to the end.
  /// @returns how many rows were changed.
  fallible<std::int64_t> run();

  /// Ends a walk over rows early.
  void reset();

  std::int64_t number(int column) const;
  std::string_view text(int column) const;
  std::string_view bytes(int column) const;
  bool is_null(int column) const;
  /// The epoch where the column holds no time.
  timestamp time(int column) const;

  template <class Id>
  Id id(int column) const {
    return Id::parse(text(column)).value_or(Id{});
  }

private:
  friend class database;

  statement(sqlite3_stmt* handle, const std::string* where)
    : handle_(handle), where_(where) {
  }

  statement& bind_id(int index, const uuid& id);

  sqlite3_stmt* handle_ = nullptr;
  /// The file's name, owned by the database.
  const std::string* where_ = nullptr;
};

/// One connection, used by one thread at a time. Statements must go first.
class database {
public:
  enum class mode {
    /// Makes the file where it is missing.
    write,
    /// Beside a server that may be writing.
    read,
    /// Of a directory that nobody writes: changes no file and makes none
    /// unless a crash left a write-ahead log to be read.
    read_stopped,
  };

  /// To write: WAL, synchronous=FULL, foreign keys on.
  static fallible<database> open(const std::filesystem::path& path, mode how);

  database(database&& other) noexcept;
  database& operator=(database&& other) noexcept;
  ~database();

  fallible<statement> prepare(std::string_view sql);

  /// One or more statements without parameters and results.
  fallible<done> execute(const std::string& sql);

  /// The one number that a query gives.
  fallible<std::int64_t> ask(std::string_view sql);

  /// Starts a write transaction when it is this connection's turn: writers of
  /// one file in this process take turns in the order in which they came.
  fallible<done> begin();
  fallible<done> commit();
  /// Without a transaction, does nothing.
  void roll_back();

  const std::string& name() const {
    return *name_;
  }

private:
  database(sqlite3* handle, std::string name);

  sqlite3* handle_ = nullptr;
  /// Stays where it is when the database moves.
  std::unique_ptr<std::string> name_;
  /// Of a connection that writes.
  std::unique_ptr<log_carrier> carrier_;
  std::shared_ptr<fair_lock> turns_;
  bool has_turn_ = false;
};

/// Rolls back at the end of its life unless `commit` was called.
class transaction {
public:
  explicit transaction(database& db) : db_(db) {
  }

  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;

  ~transaction() {
    db_.roll_back();
  }

  fallible<done> begin() {
    return db_.begin();
  }

  fallible<done> commit() {
    return db_.commit();
  }

private:
  database& db_;
};

} // namespace registrar
