#pragma once

#include "messages/ledger.hpp"
#include "messages/registration.hpp"
#include "storage/ports/sync_journal.hpp"

#include <span>
#include <string>
#include <vector>

namespace registrar {

/// A notice to a student (table `notifications`).
struct notification {
  student_id student;
  section_id section;
  registration_id registration;
  /// `promoted` or `removed_from_waitlist`.
  std::string kind;
  std::string text;
  /// Makes a notice that is delivered twice one row.
  std::uint64_t sequence = 0;
  timestamp at{};
};

/// A registration that was taken back, as the student is shown it.
struct failed_registration {
  registration_id registration;
  section_id section;
  std::string reason;
  timestamp at{};
};

/// SQL's projection of the ledger (DESIGN 3.7): registrations, waitlist,
/// counts, cursor. One object is one connection, used by one thread.
class registration_store {
public:
  /// What one `apply` did.
  struct applied {
    /// Cursor of every section of the batch afterwards.
    std::vector<section_cursor> cursors;
    /// Sections whose entries start above cursor + 1: nothing of them beyond
    /// the gap was written; read the journal from the cursor on.
    std::vector<section_cursor> gaps;
  };

  virtual ~registration_store() = default;

  /// Writes entries in one transaction. Per section they must be in order of
  /// sequence; what is at or below the cursor is skipped.
  virtual fallible<applied> apply(std::span<const journal_entry> entries) = 0;

  /// Replaces all of one section's live rows, counts and cursor in one step,
  /// where the journal cannot fill a gap.
  virtual fallible<done> project(const section_rows& rows) = 0;

  /// Cursors of all sections with `in_ledger`.
  virtual fallible<std::vector<section_cursor>> cursors() = 0;

  /// Live rows of every section with `in_ledger`, read in one snapshot, in id
  /// order: what an embedded ledger starts from.
  virtual fallible<std::vector<section_rows>> load() = 0;

  virtual fallible<std::vector<failed_registration>>
  failed_registrations(const student_id& student, timestamp since) = 0;

  virtual fallible<done> notify(std::span<const notification> notices) = 0;

  virtual fallible<done> ping() = 0;
};

} // namespace registrar
