#pragma once

#include "messages/ledger.hpp"
#include "messages/registration.hpp"
#include "storage/ports/sync_journal.hpp"

#include <algorithm>
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

/// An entry that SQL refuses for good, alone (DESIGN 5).
struct refused_entry {
  journal_entry entry;
  /// Five characters; class 22 or 23 of the standard.
  std::string sqlstate;
  std::string reason;
};

/// What is kept of an entry that was given up.
struct dead_letter {
  uuid id;
  section_id section;
  /// Nil where the entry concerns no student.
  student_id student;
  registration_id registration;
  std::uint64_t sequence = 0;
  /// The entry's kind, and all of it as JSON.
  std::string kind;
  std::string entry;
  std::string sqlstate;
  std::string reason;
  timestamp at{};

  friend bool operator==(const dead_letter&, const dead_letter&) = default;
};

/// What an operator or a command did to the data beside the ledger (table
/// `audit_log`).
struct audit_entry {
  std::string actor;
  std::string action;
  std::string subject;
  std::string detail;
  /// Why, in the words of who acted; empty where nobody said.
  std::string reason{};
  /// When; the epoch: at the time of writing.
  timestamp at{};

  friend bool operator==(const audit_entry&, const audit_entry&) = default;
};

/// The same as it is kept.
struct audit_row {
  /// Rises with every row.
  std::uint64_t id = 0;
  audit_entry entry;
};

/// Whose entries a partition's sections take (DESIGN 6).
struct partition_epoch {
  std::uint32_t partition = 0;
  epoch owner;
};

/// SQL's projection of the ledger (DESIGN 3.7): registrations, waitlist,
/// counts, cursor. One object is one connection, used by one thread.
///
/// A failure leaves nothing behind, and the same call may come again; also
/// after `ec::in_doubt`, where the commit's answer was lost. `ec::conflict` and
/// `ec::invalid_value` are permanent: the batch contradicts what SQL holds.
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

  /// What one `isolate` did.
  struct isolated {
    applied written;
    /// At most one of each section, which is as far as that was written.
    std::vector<refused_entry> refused;
  };

  /// For a batch that `apply` refused for good: writes, in one transaction, all
  /// that SQL takes, and reproduces alone what it does not.
  virtual fallible<isolated> isolate(std::span<const journal_entry> entries)
    = 0;

  /// Gives the entry up in one transaction: its dead letter is kept, and the
  /// cursor moves past it. Call it after the ledger has taken it back. Nothing
  /// changes where the cursor is past it already and the letter is kept.
  virtual fallible<done> write_dead_letter(const refused_entry& refused,
                                           timestamp at)
    = 0;

  /// The same for an entry that brought no registration, which nobody can take
  /// back: in the same transaction, all of the section is replaced by these
  /// rows of the ledger, as by `project`. Never one without the other: at an
  /// equal cursor nothing would show that SQL lacks the entry.
  virtual fallible<done> project_past(const refused_entry& refused,
                                      const section_rows& rows, timestamp at)
    = 0;

  /// Oldest first.
  virtual fallible<std::vector<dead_letter>> dead_letters() = 0;

  /// @returns false where there is none.
  virtual fallible<bool> delete_dead_letter(const uuid& id) = 0;

  /// From now on this object writes under these epochs only, and no object
  /// under lower ones does any more: `ec::fenced`, also for sections of other
  /// partitions. Never called: writes unchecked. Without effect in a store that
  /// has one writer by other means.
  virtual fallible<done> fence(std::span<const partition_epoch>) {
    return done{};
  }

  /// Highest number of any partition's epoch that SQL has seen.
  virtual fallible<std::uint64_t> highest_epoch() {
    return std::uint64_t{0};
  }

  /// Replaces all of one section's live rows, counts and cursor in one step,
  /// where the journal cannot fill a gap.
  virtual fallible<done> project(const section_rows& rows) = 0;

  /// Cursors of all sections with `in_ledger`.
  virtual fallible<std::vector<section_cursor>> cursors() = 0;

  /// Live rows of every section with `in_ledger`, read in one snapshot, in id
  /// order: what an embedded ledger starts from.
  virtual fallible<std::vector<section_rows>> load() = 0;

  /// The same of those of these sections that are there.
  virtual fallible<std::vector<section_rows>>
  rows(std::span<const section_id> sections) {
    auto result = load();
    if (result)
      std::erase_if(*result, [&](const section_rows& x) {
        return std::find(sections.begin(), sections.end(), x.header.section)
               == sections.end();
      });
    return result;
  }

  virtual fallible<std::vector<failed_registration>>
  failed_registrations(const student_id& student, timestamp since) = 0;

  virtual fallible<done> notify(std::span<const notification> notices) = 0;

  /// An entry with a time that comes again, the same in all, is kept once:
  /// where the answer was lost it may be given again.
  virtual fallible<done> note(const audit_entry& entry) = 0;

  /// Newest first: the last `limit` rows of those before `before`, or of all
  /// where that is 0.
  virtual fallible<std::vector<audit_row>> audit_log(std::size_t limit,
                                                     std::uint64_t before)
    = 0;

  virtual fallible<done> ping() = 0;
};

} // namespace registrar
