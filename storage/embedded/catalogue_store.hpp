#pragma once

#include "storage/embedded/database.hpp"
#include "storage/ports/catalogue_store.hpp"

#include <filesystem>
#include <memory>

namespace registrar {

/// registrar.db's catalogue, one connection.
class embedded_catalogue_store : public catalogue_store {
public:
  /// @pre the file is migrated.
  static fallible<std::unique_ptr<catalogue_store>>
  open(const std::filesystem::path& file);

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

private:
  explicit embedded_catalogue_store(database db) : db_(std::move(db)) {
  }

  /// Reads the row, lets `edit` change it, writes it back under the next
  /// version, all in one transaction.
  template <class Row, class Id, class Edit>
  fallible<Row> change_row(const Id& id, std::uint64_t if_version, timestamp at,
                           Edit edit);
  template <class Row>
  fallible<Row> insert_row(Row row, timestamp at);
  template <class Row>
  fallible<done> put_rows(const std::vector<Row>& rows, timestamp at);

  database db_;
};

} // namespace registrar
