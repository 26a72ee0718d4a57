#pragma once

#include "cli/rehearse/request_list.hpp"
#include "cli/rehearse/world.hpp"

namespace registrar::rehearsal {

/// Makes a world through the API of a server that others use too.
fallible<done> create_world(const target& to, const driver_options& options,
                            const world& what, const on_progress& progress);

/// `http://HOST:PORT`, with the name resolved.
fallible<target> target_of(const std::string& url);

} // namespace registrar::rehearsal
