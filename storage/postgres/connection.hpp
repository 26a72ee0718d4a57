#pragma once

#include "messages/errors.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"
#include "storage/postgres/sql_values.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// PostgreSQL behind RAII and `fallible`: every connection of this room is
/// opened here, and connection.cpp alone knows libpqxx, whose releases differ.
/// Nothing here throws.

namespace registrar {

struct postgres_options {
  /// `postgresql://user@host:port/database?sslmode=verify-full&...`: handed to
  /// libpq as it is, with every parameter that libpq knows.
  std::string url;
  std::chrono::milliseconds connect_timeout{5'000};
  /// Of one statement; also how long it may wait for a lock.
  std::chrono::milliseconds statement_timeout{10'000};
  /// All statements find their rows by key: plans that were made while tables
  /// were small shall not read whole tables when these have grown.
  bool is_writer = false;
};

/// A statement that each connection prepares when it first runs it.
struct sql_statement {
  const char* name;
  const char* sql;
};

/// What a query gave. Rows and columns count from 0. Copies share the rows.
class sql_rows {
public:
  std::size_t size() const;
  /// Rows that were inserted, changed or deleted.
  std::size_t changed() const;

  bool is_null(std::size_t row, std::size_t column) const;
  /// Empty where null.
  std::string_view text(std::size_t row, std::size_t column) const;
  std::int64_t number(std::size_t row, std::size_t column) const;
  bool flag(std::size_t row, std::size_t column) const;
  /// Of a column of milliseconds since 1970.
  timestamp time(std::size_t row, std::size_t column) const;

  template <class Id>
  Id id(std::size_t row, std::size_t column) const {
    return Id::parse(text(row, column)).value_or(Id{});
  }

private:
  friend class connection;

  struct content;
  std::shared_ptr<const content> content_;
};

/// One connection, used by one thread at a time. One that broke is opened anew
/// by the next `begin`, or by a statement outside of a transaction.
class connection {
public:
  /// Connects.
  static fallible<connection> open(const postgres_options& options);

  connection(connection&& other) noexcept;
  connection& operator=(connection&& other) noexcept;
  ~connection();

  fallible<sql_rows> run(const sql_statement& statement,
                         const sql_values& values = {});

  /// One or more statements without parameters and results.
  fallible<done> execute(std::string_view sql);

  /// One statement that is not worth preparing.
  fallible<sql_rows> query(std::string_view sql);

  /// @param patience how long each statement may take; 0: as the options say.
  fallible<done> begin(std::chrono::milliseconds patience = {});
  /// For reads, in one snapshot.
  fallible<done> begin_snapshot();
  /// A connection that breaks now leaves it open whether it took effect:
  /// `ec::in_doubt`.
  fallible<done> commit();
  /// Without a transaction, does nothing.
  void roll_back();

  /// Of the last failure; empty where PostgreSQL gave none.
  const std::string& sqlstate() const;

private:
  struct state;

  explicit connection(std::unique_ptr<state> made);

  std::unique_ptr<state> state_;
};

/// Rolls back at the end of its life unless `commit` was called.
class sql_transaction {
public:
  explicit sql_transaction(connection& db) : db_(db) {
  }

  sql_transaction(const sql_transaction&) = delete;
  sql_transaction& operator=(const sql_transaction&) = delete;

  ~sql_transaction() {
    db_.roll_back();
  }

private:
  connection& db_;
};

} // namespace registrar
