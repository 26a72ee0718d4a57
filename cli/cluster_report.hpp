#pragma once

#include <nlohmann/json.hpp>

#include <string>

/// What `registrar cluster` makes of a cluster's JSON. The server may be of
/// another version: what is missing or of another type is left out.

namespace registrar {

/// A member that is a text, fit for a terminal; else `otherwise`.
std::string text_in(const nlohmann::json& from, const char* name,
                    const std::string& otherwise);

/// Whether every partition has an owner and no node is lost. A node that
/// stopped in order is not lost.
bool is_whole(const nlohmann::json& state);

/// For people: nodes, who owns which partitions, links that are down, the last
/// moves.
std::string cluster_report(const nlohmann::json& state);

} // namespace registrar
