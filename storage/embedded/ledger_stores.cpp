#include "storage/embedded/ledger_stores.hpp"

#include "storage/embedded/idempotency_store.hpp"
#include "storage/embedded/seat_ledger.hpp"
#include "storage/embedded/sync_journal.hpp"

namespace registrar {

namespace {

class embedded_ledger_stores : public ledger_stores {
public:
  embedded_ledger_stores(const std::filesystem::path& journal,
                         open_registrations sql)
    : core_(journal, std::move(sql)), ledger_(core_), keys_(core_),
      journal_(core_) {
  }

  ledger_core& core() {
    return core_;
  }

  seat_ledger& ledger() override {
    return ledger_;
  }

  idempotency_store& keys() override {
    return keys_;
  }

  sync_journal& journal() override {
    return journal_;
  }

  group_commit& commit_group() override {
    return core_;
  }

private:
  ledger_core core_;
  embedded_seat_ledger ledger_;
  embedded_idempotency_store keys_;
  embedded_sync_journal journal_;
};

} // namespace

fallible<std::unique_ptr<ledger_stores>>
open_embedded_ledger(const std::filesystem::path& journal,
                     open_registrations sql, const uuid& ledger_id) {
  auto result
    = std::make_unique<embedded_ledger_stores>(journal, std::move(sql));
  auto& core = result->core();
  if (auto started = core.start(); !started)
    return started.error();
  if (!ledger_id.is_nil() && ledger_id != core.ledger_id())
    return failure{ec::store_unusable,
                   "The journal " + journal.string() + " belongs to ledger "
                     + core.ledger_id().to_string() + ", but SQL to ledger "
                     + ledger_id.to_string()
                     + "; put the right files together, or run `registrar "
                       "rebuild-ledger`."};
  return std::unique_ptr<ledger_stores>{std::move(result)};
}

fallible<uuid> read_ledger_id(const std::filesystem::path& journal) {
  auto file = journal_file::open(journal, database::mode::write);
  if (!file)
    return file.error();
  auto identity = (*file)->read_identity();
  if (!identity)
    return identity.error();
  return identity->ledger_id;
}

} // namespace registrar
