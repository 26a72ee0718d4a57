#pragma once

#include "messages/errors.hpp"

namespace registrar {

/// Makes the calls of one mailbox durable together. Between `open` and
/// `commit`, calls on the stores of one `ledger_stores` take effect in memory
/// and wait for the commit; nothing they returned may leave the worker before
/// `commit` has returned without failure. After a failed commit every one of
/// those results is void (`in_doubt` to callers), and the store has closed its
/// database: the next `open` loads its state from disk again, or fails.
class group_commit {
public:
  virtual ~group_commit() = default;
  virtual fallible<done> open() = 0;
  virtual fallible<done> commit() = 0;
};

} // namespace registrar
