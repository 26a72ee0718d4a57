#pragma once

#include "cli/top/documents.hpp"
#include "cli/top/view_state.hpp"
#include "messages/errors.hpp"

namespace registrar::top {

/// Whoever answers questions: a running server.
class document_source {
public:
  struct reply {
    unsigned status = 0;
    std::string body;
  };

  virtual ~document_source() = default;

  /// Blocks for a bounded time. A failure where there was no answer at all.
  virtual fallible<reply> get(const std::string& path) = 0;

  /// Ends what is being asked, and refuses all that is asked later; from any
  /// thread.
  virtual void cancel() = 0;
};

/// What one look asks for beside the overview.
struct question {
  view shown = view::actors;
  std::string path;

  friend bool operator==(const question&, const question&) = default;
};

question question_of(const view_state& state);

/// Asks once. What is not answered stays as it was, with the reason beside it.
void look(document_source& source, const question& asked, documents& into);

} // namespace registrar::top
