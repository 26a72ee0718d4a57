#pragma once

#include "actors/catalogue_view.hpp"
#include "messages/registration.hpp"

#include <vector>

namespace registrar {

/// What the broker finds before any section is asked (DESIGN 3.4). Pure: reads
/// the view, knows the time only as an argument.
class admission {
public:
  /// One section of the request.
  struct finding {
    /// True: the section must be asked, with `verdict` in the command.
    bool asks_section = true;
    std::vector<refusal> verdict;
  };

  struct judgement {
    request_refusal refused = request_refusal::none;
    /// Not `none`: the catalogue cannot tell yet.
    failure error;
    /// In the order of the request; empty where the request as a whole failed.
    std::vector<finding> findings;
    /// A later attempt of a student who is not active: the whole request is
    /// refused unless the ledger remembers that an earlier one was decided.
    bool is_barred = false;
  };

  explicit admission(const catalogue_view& view) : view_(view) {
  }

  judgement judge(const registration_request& request, timestamp at) const;

private:
  finding judge_section(const registration_request& request, std::size_t index,
                        timestamp at) const;

  const catalogue_view& view_;
};

} // namespace registrar
