#pragma once

#include "cli/top/documents.hpp"
#include "cli/top/renderer.hpp"
#include "tests/seed.hpp"

/// A service that is well, as `registrar top` sees it.

namespace registrar::test {

/// 2026-09-01T08:00:00Z.
top::moment eight_o_clock();

/// An actor; `more` goes over what is the rule.
top::json actor(const std::string& name, const top::json& more = {});

top::json section(const std::string& course, const top::json& more = {});

/// Of these actors.
top::json actor_list(std::vector<top::json> actors);

/// An overview, two sections and a worker, a journal, an act.
top::documents healthy();

/// The screen as text.
std::vector<std::string> shown(const top::documents& from,
                               const top::view_state& state = {});

/// Whether a line has this in it.
bool has(const std::vector<std::string>& lines, const std::string& part);

/// The same with values of other kinds, other lengths, and some missing.
top::json spoiled(const top::json& from, random_source& random);

} // namespace registrar::test
