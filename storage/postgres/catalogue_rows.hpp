#pragma once

#include "messages/catalogue.hpp"
#include "storage/postgres/connection.hpp"

#include <span>

namespace registrar {

/// How the rows of the catalogue stand in PostgreSQL. For each kind of row:
/// what it is called, its key, `select` (without a where clause), `insert` of
/// many rows, which `on_conflict` makes an upsert, and reading and binding in
/// the order of those statements.
template <class Row>
struct catalogue_row;

template <>
struct catalogue_row<student> {
  static constexpr auto what = "student";
  static constexpr auto key = &student::student_id;
  static constexpr auto key_column = "student_id";
  static const char* const select;
  static const char* const insert;
  static const char* const on_conflict;

  static student read(const sql_rows& rows, std::size_t i);
  static sql_values values(std::span<const student> rows);
};

template <>
struct catalogue_row<course> {
  static constexpr auto what = "course";
  static constexpr auto key = &course::course_id;
  static constexpr auto key_column = "course_id";
  static const char* const select;
  static const char* const insert;
  static const char* const on_conflict;

  static course read(const sql_rows& rows, std::size_t i);
  static sql_values values(std::span<const course> rows);
};

template <>
struct catalogue_row<semester> {
  static constexpr auto what = "semester";
  static constexpr auto key = &semester::semester_id;
  static constexpr auto key_column = "semester_id";
  static const char* const select;
  static const char* const insert;
  static const char* const on_conflict;

  static semester read(const sql_rows& rows, std::size_t i);
  static sql_values values(std::span<const semester> rows);
};

/// Replacing a section keeps what the ledger owns: seats, counts, settings,
/// version and cursor.
template <>
struct catalogue_row<section> {
  static constexpr auto what = "section";
  static constexpr auto key = &section::section_id;
  static constexpr auto key_column = "section_id";
  static const char* const select;
  static const char* const insert;
  static const char* const on_conflict;

  static section read(const sql_rows& rows, std::size_t i);
  static sql_values values(std::span<const section> rows);
};

} // namespace registrar
