#pragma once

#include <span>
#include <string_view>

namespace registrar {

/// One of `lua/*.lua`, in the program since it was built.
struct redis_script {
  std::string_view name;
  std::string_view text;
  /// SHA-1 of the text, by which Redis runs it.
  std::string_view sha;
};

extern const redis_script decide_script;
extern const redis_script fence_script;
extern const redis_script headers_script;
extern const redis_script registrations_script;
extern const redis_script standing_script;
extern const redis_script begin_keys_script;
extern const redis_script complete_keys_script;
extern const redis_script lease_script;
extern const redis_script load_section_script;
extern const redis_script cluster_beat_script;
extern const redis_script cluster_look_script;
extern const redis_script cluster_leave_script;
extern const redis_script cluster_drain_script;

/// All of them.
std::span<const redis_script* const> redis_scripts();

} // namespace registrar
