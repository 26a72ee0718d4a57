#pragma once

#include "storage/ports/catalogue_store.hpp"
#include "storage/postgres/connection.hpp"

#include <memory>
#include <optional>
#include <span>

namespace registrar {

/// PostgreSQL's catalogue, one connection.
class postgres_catalogue_store : public catalogue_store {
public:
  /// @pre the database is migrated; else `ec::store_unusable`.
  static fallible<std::unique_ptr<catalogue_store>>
  open(const postgres_options& options);

  fallible<catalogue_content> load() override;

  fallible<student> insert(const student& row, timestamp at) override;
  fallible<course> insert(const course& row, timestamp at) override;
  fallible<semester> insert(const semester& row, timestamp at) override;
  fallible<section> insert(const section& row, timestamp at) override;

  fallible<student> change(const change_student& change, timestamp at) override;
  fallible<course> change(const change_course& change, timestamp at) override;
  fallible<semester> change(const change_semester& change,
                            timestamp at) override;

  fallible<done> put(const catalogue_content& rows, timestamp at) override;
  fallible<done> ping() override;

  bool is_shared() const override {
    return true;
  }

  fallible<bool> has_changed() override;

private:
  explicit postgres_catalogue_store(connection db) : db_(std::move(db)) {
  }

  /// Within a transaction; the row stays locked.
  template <class Row, class Id>
  fallible<Row> read_one(const Id& id, std::string_view lock);
  template <class Row>
  fallible<done> write(std::span<const Row> rows, bool is_upsert);
  template <class Row>
  fallible<Row> insert_row(Row row, timestamp at);
  /// Reads the row, lets `edit` change it, writes it back under the next
  /// version, all in one transaction.
  template <class Row, class Id, class Edit>
  fallible<Row> change_row(const Id& id, std::uint64_t if_version, timestamp at,
                           Edit edit);
  template <class Row>
  fallible<done> put_rows(std::vector<Row> rows, timestamp at);

  /// Ends a transaction that changed something.
  fallible<done> commit_change();

  connection db_;
  /// The catalogue's stamp as of what was loaded and what this object changed
  /// since; nothing before, and once somebody else changed something too.
  std::optional<std::int64_t> stamp_;
};

} // namespace registrar
