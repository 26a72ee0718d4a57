#include "storage/embedded/migrator.hpp"

namespace registrar {

namespace {

failure too_new(const database& db, std::int64_t has, std::size_t known) {
  return {ec::store_unusable, db.name() + " has schema " + std::to_string(has)
                                + ", but this program knows only up to schema "
                                + std::to_string(known)
                                + "; use the newer program that wrote it."};
}

fallible<std::int64_t> schema_of(database& db) {
  return db.ask("pragma user_version");
}

fallible<done> carry_out(database& db, const migration& next) {
  transaction work{db};
  if (auto begun = work.begin(); !begun)
    return begun;
  // Somebody else may have been faster.
  auto has = schema_of(db);
  if (!has)
    return has.error();
  if (*has >= next.version)
    return done{};
  auto mark = "pragma user_version = " + std::to_string(next.version);
  if (auto made = db.execute(std::string{next.sql}); !made)
    return made;
  if (auto marked = db.execute(mark); !marked)
    return marked;
  return work.commit();
}

} // namespace

fallible<std::vector<std::string_view>>
migrate(database& db, std::span<const migration> all) {
  auto has = schema_of(db);
  if (!has)
    return has.error();
  auto newest = static_cast<std::int64_t>(all.size());
  if (*has > newest)
    return too_new(db, *has, all.size());
  auto tables = db.ask("select count(*) from sqlite_master");
  if (!tables)
    return tables.error();
  if (*has == 0 && *tables > 0)
    return failure{ec::store_unusable,
                   db.name()
                     + " is a database of something else; choose another "
                       "directory with --data-dir."};
  std::vector<std::string_view> result;
  for (const auto& next : all.subspan(static_cast<std::size_t>(*has))) {
    if (auto made = carry_out(db, next); !made)
      return made.error();
    result.push_back(next.name);
  }
  return result;
}

fallible<done> expect_migrated(database& db, std::span<const migration> all) {
  auto has = schema_of(db);
  if (!has)
    return has.error();
  auto newest = static_cast<std::int64_t>(all.size());
  if (*has > newest)
    return too_new(db, *has, all.size());
  if (*has < newest)
    return failure{ec::store_unusable, db.name() + " has schema "
                                         + std::to_string(*has)
                                         + ", but this program needs schema "
                                         + std::to_string(newest)
                                         + "; run `registrar migrate` first."};
  return done{};
}

} // namespace registrar
