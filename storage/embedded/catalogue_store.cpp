#include "storage/embedded/catalogue_store.hpp"

#include "storage/embedded/catalogue_rows.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace registrar {

namespace {

/// All rows that a query gives.
template <class Row>
fallible<std::vector<Row>> read_all(database& db, const std::string& sql) {
  auto query = db.prepare(sql);
  if (!query)
    return query.error();
  std::vector<Row> result;
  for (;;) {
    auto more = query->step();
    if (!more)
      return more.error();
    if (!*more)
      return result;
    result.push_back(catalogue_row<Row>::read(*query));
  }
}

template <class Row, class Id>
fallible<Row> read_one(database& db, const Id& id) {
  using as = catalogue_row<Row>;
  auto query
    = db.prepare(std::string{as::select} + " where " + as::key + " = ?1");
  if (!query)
    return query.error();
  auto found = query->bind(1, id).step();
  if (!found)
    return found.error();
  if (!*found)
    return {ec::not_found, std::string{"There is no "} + as::what
                             + " with the id " + id.to_string() + "."};
  return as::read(*query);
}

/// Says which column's value is taken, instead of where SQLite found that out:
/// clients read it.
failure naming_column(failure why) {
  constexpr std::string_view sign = "UNIQUE constraint failed: ";
  auto at = why.detail.find(sign);
  if (why.code != ec::conflict || at == std::string::npos)
    return why;
  // `table.column, table.column.`
  auto rest = std::string_view{why.detail}.substr(at + sign.size());
  rest.remove_suffix(1);
  std::string columns;
  std::size_t count = 0;
  for (; !rest.empty(); ++count) {
    auto name = rest.substr(0, rest.find(", "));
    rest.remove_prefix(std::min(name.size() + 2, rest.size()));
    auto is_last = rest.empty();
    columns += count == 0 ? "" : is_last ? " and " : ", ";
    columns += name.substr(name.find('.') + 1);
  }
  return {ec::conflict,
          columns + (count > 1 ? " are taken together." : " is taken.")};
}

template <class T>
void set(T& column, const std::optional<T>& given) {
  if (given)
    column = *given;
}

} // namespace

fallible<std::unique_ptr<catalogue_store>>
embedded_catalogue_store::open(const std::filesystem::path& file) {
  auto db = database::open(file, database::mode::write);
  if (!db)
    return db.error();
  return std::unique_ptr<catalogue_store>{
    new embedded_catalogue_store{std::move(*db)}};
}

fallible<catalogue_content> embedded_catalogue_store::load() {
  catalogue_content content;
  auto read = [this](auto& rows) -> fallible<done> {
    using row = typename std::decay_t<decltype(rows)>::value_type;
    auto all = read_all<row>(db_, catalogue_row<row>::select);
    if (!all)
      return all.error();
    rows = std::move(*all);
    return done{};
  };
  if (auto x = read(content.students); !x)
    return x.error();
  if (auto x = read(content.courses); !x)
    return x.error();
  if (auto x = read(content.semesters); !x)
    return x.error();
  if (auto x = read(content.sections); !x)
    return x.error();
  return content;
}

template <class Row>
fallible<Row> embedded_catalogue_store::insert_row(Row row, timestamp at) {
  row.created_at = row.updated_at = at;
  transaction whole{db_};
  if (auto begun = whole.begin(); !begun)
    return begun.error();
  auto insert = db_.prepare(catalogue_row<Row>::insert);
  if (!insert)
    return insert.error();
  catalogue_row<Row>::bind(*insert, row);
  if (auto inserted = insert->run(); !inserted)
    return naming_column(inserted.error());
  if (auto committed = whole.commit(); !committed)
    return committed.error();
  return row;
}

fallible<student> embedded_catalogue_store::insert(const student& row,
                                                   timestamp at) {
  return insert_row(row, at);
}

fallible<course> embedded_catalogue_store::insert(const course& row,
                                                  timestamp at) {
  return insert_row(row, at);
}

fallible<semester> embedded_catalogue_store::insert(const semester& row,
                                                    timestamp at) {
  return insert_row(row, at);
}

fallible<section> embedded_catalogue_store::insert(const section& row,
                                                   timestamp at) {
  // Named here: a broken foreign key would not say which.
  if (auto known = read_one<course>(db_, row.course_id); !known)
    return known.error();
  if (auto known = read_one<semester>(db_, row.semester_id); !known)
    return known.error();
  return insert_row(row, at);
}

template <class Row, class Id, class Edit>
fallible<Row> embedded_catalogue_store::change_row(const Id& id,
                                                   std::uint64_t if_version,
                                                   timestamp at, Edit edit) {
  using as = catalogue_row<Row>;
  transaction whole{db_};
  if (auto begun = whole.begin(); !begun)
    return begun.error();
  auto row = read_one<Row>(db_, id);
  if (!row)
    return row;
  if (if_version != 0 && if_version != row->version)
    return {ec::version_mismatch, std::string{"The "} + as::what
                                    + " is at version "
                                    + std::to_string(row->version) + "."};
  edit(*row);
  row->updated_at = at;
  auto upsert = db_.prepare(std::string{as::insert} + as::on_conflict);
  if (!upsert)
    return upsert.error();
  as::bind(*upsert, *row);
  if (auto changed = upsert->run(); !changed)
    return naming_column(changed.error());
  if (auto committed = whole.commit(); !committed)
    return committed.error();
  ++row->version;
  return row;
}

fallible<student> embedded_catalogue_store::change(const change_student& x,
                                                   timestamp at) {
  return change_row<student>(x.student_id, x.if_version, at, [&](student& row) {
    set(row.student_number, x.student_number);
    set(row.first_name, x.first_name);
    set(row.last_name, x.last_name);
    set(row.email, x.email);
    set(row.enrollment_status, x.enrollment_status);
  });
}

fallible<course> embedded_catalogue_store::change(const change_course& x,
                                                  timestamp at) {
  return change_row<course>(x.course_id, x.if_version, at, [&](course& row) {
    set(row.course_code, x.course_code);
    set(row.course_name, x.course_name);
    set(row.is_active, x.is_active);
  });
}

fallible<semester> embedded_catalogue_store::change(const change_semester& x,
                                                    timestamp at) {
  auto edit = [&](semester& row) {
    set(row.semester_name, x.semester_name);
    set(row.start_date, x.start_date);
    set(row.end_date, x.end_date);
    set(row.registration_start, x.registration_start);
    set(row.registration_end, x.registration_end);
    set(row.is_active, x.is_active);
  };
  return change_row<semester>(x.semester_id, x.if_version, at, edit);
}

template <class Row>
fallible<done> embedded_catalogue_store::put_rows(const std::vector<Row>& rows,
                                                  timestamp at) {
  using as = catalogue_row<Row>;
  auto upsert = db_.prepare(std::string{as::insert} + as::on_conflict);
  if (!upsert)
    return upsert.error();
  for (auto row : rows) {
    row.created_at = row.updated_at = at;
    as::bind(*upsert, row);
    if (auto written = upsert->run(); !written)
      return naming_column(written.error());
  }
  return done{};
}

fallible<done> embedded_catalogue_store::put(const catalogue_content& rows,
                                             timestamp at) {
  transaction whole{db_};
  if (auto begun = whole.begin(); !begun)
    return begun;
  if (auto x = put_rows(rows.students, at); !x)
    return x;
  if (auto x = put_rows(rows.courses, at); !x)
    return x;
  if (auto x = put_rows(rows.semesters, at); !x)
    return x;
  if (auto x = put_rows(rows.sections, at); !x)
    return x;
  return whole.commit();
}

fallible<done> embedded_catalogue_store::ping() {
  auto answered = db_.ask("select count(*) from ledger_id");
  if (!answered)
    return answered.error();
  return done{};
}

} // namespace registrar
