#include "storage/factory.hpp"

#include "storage/embedded/catalogue_store.hpp"
#include "storage/embedded/journal_reader.hpp"
#include "storage/embedded/ledger_stores.hpp"
#include "storage/embedded/migrator.hpp"
#include "storage/embedded/registration_store.hpp"
#include "storage/memory/catalogue_store.hpp"
#include "storage/memory/ledger_stores.hpp"
#include "storage/memory/registration_store.hpp"

namespace registrar {

namespace {

class memory_stores : public store_factory {
public:
  explicit memory_stores(catalogue_content content)
    : catalogue_(std::make_shared<memory_catalogue>(std::move(content))) {
  }

  fallible<std::unique_ptr<ledger_stores>>
  open_ledger(const partition_share&) override {
    return ledger_.open();
  }

  fallible<std::unique_ptr<sync_journal>> open_journal() override {
    return ledger_.open_journal();
  }

  fallible<std::unique_ptr<registration_store>> open_registrations() override {
    return std::unique_ptr<registration_store>{
      std::make_unique<memory_registration_store>(projection_)};
  }

  fallible<std::unique_ptr<catalogue_store>> open_catalogue() override {
    return std::unique_ptr<catalogue_store>{
      std::make_unique<memory_catalogue_store>(catalogue_)};
  }

  std::size_t sync_workers() const override {
    return 1;
  }

private:
  memory_ledger ledger_;
  std::shared_ptr<memory_projection> projection_
    = std::make_shared<memory_projection>();
  std::shared_ptr<memory_catalogue> catalogue_;
};

class embedded_stores : public store_factory {
public:
  embedded_stores(std::filesystem::path journal, std::filesystem::path sql,
                  uuid ledger_id)
    : journal_(std::move(journal)), sql_(std::move(sql)),
      ledger_id_(ledger_id) {
  }

  /// Leaves one file each: of the connections that are closed by now a reader
  /// may have been the last, and readers carry no log into its file.
  ~embedded_stores() override {
    for (const auto& file : {journal_, sql_})
      static_cast<void>(database::open(file, database::mode::write));
  }

  fallible<std::unique_ptr<ledger_stores>>
  open_ledger(const partition_share&) override {
    return open_embedded_ledger(
      journal_,
      [file = sql_] { return embedded_registration_store::open(file); },
      ledger_id_);
  }

  fallible<std::unique_ptr<sync_journal>> open_journal() override {
    return open_embedded_journal(journal_);
  }

  fallible<std::unique_ptr<registration_store>> open_registrations() override {
    return embedded_registration_store::open(sql_);
  }

  fallible<std::unique_ptr<catalogue_store>> open_catalogue() override {
    return embedded_catalogue_store::open(sql_);
  }

  /// SQLite has one writer.
  std::size_t sync_workers() const override {
    return 1;
  }

private:
  std::filesystem::path journal_;
  std::filesystem::path sql_;
  uuid ledger_id_;
};

fallible<done> migrate_file(const std::filesystem::path& file,
                            std::span<const migration> all,
                            std::vector<std::string>& report) {
  auto db = database::open(file, database::mode::write);
  if (!db)
    return db.error();
  auto carried_out = migrate(*db, all);
  if (!carried_out)
    return carried_out.error();
  for (auto name : *carried_out)
    report.push_back(file.filename().string() + ": " + std::string{name});
  return done{};
}

/// Ledger and SQL share a random id (DESIGN 2): SQL takes the journal's the
/// first time, afterwards they must be the same.
fallible<uuid> shared_ledger_id(const data_directory& directory) {
  auto of_journal = read_ledger_id(directory.journal_path());
  if (!of_journal)
    return of_journal.error();
  auto db = database::open(directory.registrar_path(), database::mode::write);
  if (!db)
    return db.error();
  auto insert = db->prepare(
    "insert or ignore into ledger_id (one, ledger_id) values (1, ?1)");
  if (!insert)
    return insert.error();
  auto text = of_journal->to_string();
  if (auto put = insert->bind(1, std::string_view{text}).run(); !put)
    return put.error();
  auto select = db->prepare("select ledger_id from ledger_id");
  if (!select)
    return select.error();
  if (auto found = select->step(); !found)
    return found.error();
  if (select->text(0) == text)
    return *of_journal;
  return {ec::store_corrupt,
          "journal.db and registrar.db in " + directory.path().string()
            + " belong to different ledgers; put the two files together again "
              "that were in use together."};
}

} // namespace

std::shared_ptr<store_factory> open_memory_stores(catalogue_content content) {
  return std::make_shared<memory_stores>(std::move(content));
}

fallible<std::vector<std::string>>
migrate_embedded_stores(const data_directory& directory) {
  std::vector<std::string> report;
  auto journal
    = migrate_file(directory.journal_path(), journal_migrations(), report);
  if (!journal)
    return journal.error();
  auto sql
    = migrate_file(directory.registrar_path(), registrar_migrations(), report);
  if (!sql)
    return sql.error();
  return report;
}

fallible<std::shared_ptr<store_factory>>
open_embedded_stores(const data_directory& directory) {
  if (auto migrated = migrate_embedded_stores(directory); !migrated)
    return migrated.error();
  auto ledger_id = shared_ledger_id(directory);
  if (!ledger_id)
    return ledger_id.error();
  return std::shared_ptr<store_factory>{std::make_shared<embedded_stores>(
    directory.journal_path(), directory.registrar_path(), *ledger_id)};
}

} // namespace registrar
