#include "storage/postgres/catalogue_store.hpp"

#include "storage/postgres/catalogue_rows.hpp"
#include "storage/postgres/migrator.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace registrar {

namespace {

/// Rows written by one statement, and fetched at once.
constexpr std::size_t chunk = 5'000;

constexpr sql_statement select_stamp{"select_stamp",
                                     "select number from catalogue_stamp"};

constexpr sql_statement raise_stamp{
  "raise_stamp",
  "update catalogue_stamp set number = number + 1 returning number"};

/// Says which column's value is taken, instead of which index found that out:
/// clients read it.
failure naming_column(failure why) {
  constexpr std::pair<std::string_view, const char*> sentences[] = {
    {"students_pkey", "student_id is taken."},
    {"students_by_number", "student_number is taken."},
    {"students_by_email", "email is taken."},
    {"courses_pkey", "course_id is taken."},
    {"courses_by_code", "course_code is taken."},
    {"semesters_pkey", "semester_id is taken."},
    {"semesters_by_name", "semester_name is taken."},
    {"sections_pkey", "section_id is taken."},
    {"sections_by_number",
     "semester_id, course_id and section_number are taken together."},
  };
  if (why.code == ec::conflict)
    for (const auto& [index, sentence] : sentences)
      if (why.detail.find(index) != std::string::npos)
        return {ec::conflict, sentence};
  return why;
}

/// A statement put together from what the rows say, once.
template <class Row>
const sql_statement& write_statement(bool is_upsert) {
  using as = catalogue_row<Row>;
  static const auto insert_name = std::string{"insert_"} + as::what;
  static const auto upsert_name = std::string{"upsert_"} + as::what;
  static const auto upsert_sql = std::string{as::insert} + as::on_conflict;
  static const sql_statement insert{insert_name.c_str(), as::insert};
  static const sql_statement upsert{upsert_name.c_str(), upsert_sql.c_str()};
  return is_upsert ? upsert : insert;
}

template <class T>
void set(T& column, const std::optional<T>& given) {
  if (given)
    column = *given;
}

} // namespace

fallible<std::unique_ptr<catalogue_store>>
postgres_catalogue_store::open(const postgres_options& options) {
  auto db = connection::open(options);
  if (!db)
    return db.error();
  if (auto ready = expect_migrated(*db, postgres_migrations()); !ready)
    return ready.error();
  return std::unique_ptr<catalogue_store>{
    new postgres_catalogue_store{std::move(*db)}};
}

fallible<catalogue_content> postgres_catalogue_store::load() {
  catalogue_content content;
  auto read = [this](auto& rows) -> fallible<done> {
    using row = typename std::decay_t<decltype(rows)>::value_type;
    using as = catalogue_row<row>;
    auto declared = db_.execute("declare some_rows no scroll cursor for "
                                + std::string{as::select});
    if (!declared)
      return declared;
    for (;;) {
      auto some = db_.query("fetch forward " + std::to_string(chunk)
                            + " from some_rows");
      if (!some)
        return some.error();
      for (std::size_t i = 0; i < some->size(); ++i)
        rows.push_back(as::read(*some, i));
      if (some->size() == 0)
        return db_.execute("close some_rows");
    }
  };
  sql_transaction snapshot{db_};
  if (auto begun = db_.begin_snapshot(); !begun)
    return begun.error();
  if (auto x = read(content.students); !x)
    return x.error();
  if (auto x = read(content.courses); !x)
    return x.error();
  if (auto x = read(content.semesters); !x)
    return x.error();
  if (auto x = read(content.sections); !x)
    return x.error();
  auto stamp = db_.run(select_stamp);
  if (!stamp)
    return stamp.error();
  stamp_ = stamp->number(0, 0);
  return content;
}

fallible<bool> postgres_catalogue_store::has_changed() {
  auto stamp = db_.run(select_stamp);
  if (!stamp)
    return stamp.error();
  return stamp_ != stamp->number(0, 0);
}

fallible<done> postgres_catalogue_store::commit_change() {
  auto raised = db_.run(raise_stamp);
  if (!raised)
    return raised.error();
  auto number = raised->number(0, 0);
  if (auto committed = db_.commit(); !committed) {
    stamp_.reset();
    return committed;
  }
  // Where a number lies between, that one was somebody else's.
  if (stamp_ && *stamp_ + 1 == number)
    stamp_ = number;
  return done{};
}

template <class Row, class Id>
fallible<Row> postgres_catalogue_store::read_one(const Id& id,
                                                 std::string_view lock) {
  using as = catalogue_row<Row>;
  auto rows = db_.query(std::string{as::select} + " where " + as::key_column
                        + " = '" + id.to_string() + "' " + std::string{lock});
  if (!rows)
    return rows.error();
  if (rows->size() == 0)
    return {ec::not_found, std::string{"There is no "} + as::what
                             + " with the id " + id.to_string() + "."};
  return as::read(*rows, 0);
}

template <class Row>
fallible<done> postgres_catalogue_store::write(std::span<const Row> rows,
                                               bool is_upsert) {
  auto written = db_.run(write_statement<Row>(is_upsert),
                         catalogue_row<Row>::values(rows));
  if (!written)
    return naming_column(written.error());
  return done{};
}

template <class Row>
fallible<Row> postgres_catalogue_store::insert_row(Row row, timestamp at) {
  row.created_at = row.updated_at = at;
  sql_transaction whole{db_};
  if (auto begun = db_.begin(); !begun)
    return begun.error();
  if (auto inserted = write<Row>({&row, 1}, false); !inserted)
    return inserted.error();
  if (auto committed = commit_change(); !committed)
    return committed.error();
  return row;
}

fallible<student> postgres_catalogue_store::insert(const student& row,
                                                   timestamp at) {
  return insert_row(row, at);
}

fallible<course> postgres_catalogue_store::insert(const course& row,
                                                  timestamp at) {
  return insert_row(row, at);
}

fallible<semester> postgres_catalogue_store::insert(const semester& row,
                                                    timestamp at) {
  return insert_row(row, at);
}

fallible<section> postgres_catalogue_store::insert(const section& row,
                                                   timestamp at) {
  // Named here: a broken foreign key would not say which. Nobody deletes
  // these.
  if (auto known = read_one<course>(row.course_id, ""); !known)
    return known.error();
  if (auto known = read_one<semester>(row.semester_id, ""); !known)
    return known.error();
  return insert_row(row, at);
}

template <class Row, class Id, class Edit>
fallible<Row> postgres_catalogue_store::change_row(const Id& id,
                                                   std::uint64_t if_version,
                                                   timestamp at, Edit edit) {
  sql_transaction whole{db_};
  if (auto begun = db_.begin(); !begun)
    return begun.error();
  auto row = read_one<Row>(id, "for update");
  if (!row)
    return row;
  if (if_version != 0 && if_version != row->version)
    return {ec::version_mismatch, std::string{"The "} + catalogue_row<Row>::what
                                    + " is at version "
                                    + std::to_string(row->version) + "."};
  edit(*row);
  row->updated_at = at;
  if (auto changed = write<Row>({&*row, 1}, true); !changed)
    return changed.error();
  if (auto committed = commit_change(); !committed)
    return committed.error();
  ++row->version;
  return row;
}

fallible<student> postgres_catalogue_store::change(const change_student& x,
                                                   timestamp at) {
  return change_row<student>(x.student_id, x.if_version, at, [&](student& row) {
    set(row.student_number, x.student_number);
    set(row.first_name, x.first_name);
    set(row.last_name, x.last_name);
    set(row.email, x.email);
    set(row.enrollment_status, x.enrollment_status);
  });
}

fallible<course> postgres_catalogue_store::change(const change_course& x,
                                                  timestamp at) {
  return change_row<course>(x.course_id, x.if_version, at, [&](course& row) {
    set(row.course_code, x.course_code);
    set(row.course_name, x.course_name);
    set(row.is_active, x.is_active);
  });
}

fallible<semester> postgres_catalogue_store::change(const change_semester& x,
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

/// In id order, as every writer locks rows; of a row that comes twice, the
/// last counts, because one upsert may not meet it twice.
template <class Row>
fallible<done> postgres_catalogue_store::put_rows(std::vector<Row> rows,
                                                  timestamp at) {
  constexpr auto key = catalogue_row<Row>::key;
  auto before = [](const Row& x, const Row& y) { return x.*key < y.*key; };
  std::reverse(rows.begin(), rows.end());
  std::stable_sort(rows.begin(), rows.end(), before);
  auto same = [](const Row& x, const Row& y) { return x.*key == y.*key; };
  rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
  for (auto& row : rows)
    row.created_at = row.updated_at = at;
  std::span<const Row> all{rows};
  for (std::size_t from = 0; from < all.size(); from += chunk) {
    auto some = all.subspan(from, std::min(chunk, all.size() - from));
    if (auto written = write<Row>(some, true); !written)
      return written;
  }
  return done{};
}

fallible<done> postgres_catalogue_store::put(const catalogue_content& rows,
                                             timestamp at) {
  sql_transaction whole{db_};
  if (auto begun = db_.begin(); !begun)
    return begun;
  if (auto x = put_rows(rows.students, at); !x)
    return x;
  if (auto x = put_rows(rows.courses, at); !x)
    return x;
  if (auto x = put_rows(rows.semesters, at); !x)
    return x;
  if (auto x = put_rows(rows.sections, at); !x)
    return x;
  return commit_change();
}

fallible<done> postgres_catalogue_store::ping() {
  return db_.execute("select count(*) from ledger_id");
}

} // namespace registrar
