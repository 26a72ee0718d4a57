#pragma once

#include "cli/section_comparison.hpp"
#include "messages/ledger.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace registrar {

/// Names a memo: one section's outcome of one request.
using memo_name = std::pair<section_id, request_id>;

/// What the ledger keeps of requests.
using kept_memos = std::map<memo_name, seat_outcome>;

/// The memos that a key's stored answer must have; empty where it is none.
std::vector<memo_name> memos_of(const std::string& response);

/// Holds a key's stored answer against the ledger's memos (DESIGN 7). Pure.
/// What took effect must have its memo with the same outcome; a refusal may
/// have none, because a first attempt can be refused before any section.
std::vector<difference> compare_with_memos(const std::string& response,
                                           const kept_memos& memos);

} // namespace registrar
