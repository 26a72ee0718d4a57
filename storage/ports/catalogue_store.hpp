#pragma once

#include "messages/catalogue.hpp"

#include <cstdint>
#include <vector>

namespace registrar {

/// Students, courses, semesters, sections in SQL. One object is one
/// connection, used by one thread. Inserts and changes set the timestamps and
/// the version and return the row as stored. `ec::conflict` names the column
/// whose value is taken; `ec::not_found` the row that is missing.
class catalogue_store {
public:
  virtual ~catalogue_store() = default;

  virtual fallible<catalogue_content> load() = 0;

  virtual fallible<student> insert(const student& row, timestamp at) = 0;
  virtual fallible<course> insert(const course& row, timestamp at) = 0;
  virtual fallible<semester> insert(const semester& row, timestamp at) = 0;
  /// Stored with `in_ledger` false: the ledger creates it at first use.
  virtual fallible<section> insert(const section& row, timestamp at) = 0;

  virtual fallible<student> change(const change_student& change, timestamp at)
    = 0;
  virtual fallible<course> change(const change_course& change, timestamp at)
    = 0;
  virtual fallible<semester> change(const change_semester& change, timestamp at)
    = 0;

  /// Inserts or replaces many rows in one transaction (import). Rows of
  /// sections that exist keep what the ledger owns. All or nothing.
  virtual fallible<done> put(const catalogue_content& rows, timestamp at) = 0;

  /// Whether other processes change the catalogue too.
  virtual bool is_shared() const {
    return false;
  }

  /// Whether one of them has, since this object loaded it. True before that.
  virtual fallible<bool> has_changed() {
    return false;
  }

  virtual fallible<done> ping() = 0;
};

} // namespace registrar
