#pragma once

#include "cli/top/screen_text.hpp"

#include <optional>
#include <span>

/// What the operator has chosen, and what each key does to it.

namespace registrar::top {

enum class view : std::uint8_t { actors, journal, acts };

/// In the order of the key `s`.
enum class actor_sort : std::uint8_t {
  messages,
  busy,
  depth,
  wait,
  restarts,
  name,
  state,
};

enum class actor_kinds : std::uint8_t { all, section, system };

/// The words of the service and of the flags, by value.
std::span<const char* const> sort_words();
std::span<const char* const> kind_words();

struct key {
  enum class kind : std::uint8_t {
    character,
    up,
    down,
    page_up,
    page_down,
    home,
    end,
    enter,
    escape,
    backspace,
    /// Empties what is being typed.
    erase,
  };

  kind what = kind::character;
  char32_t character = 0;
};

/// Of the table that is shown: its rows, and how many of them fit.
struct extent {
  std::size_t rows = 0;
  std::size_t page = 0;
};

struct view_state {
  screen_size size;
  view shown = view::actors;
  actor_sort sort = actor_sort::messages;
  bool is_descending = true;
  actor_kinds kinds = actor_kinds::all;
  std::string filter;
  /// The most actors to ask for; none: as many as the screen needs.
  std::optional<std::uint32_t> limit;
  /// Row that is selected, and the first that is seen.
  std::size_t selected = 0;
  std::size_t first = 0;
  bool is_paused = false;
  bool shows_help = false;
  bool is_over = false;
  /// While a filter is typed: what it was before.
  std::optional<std::string> filter_before;

  bool is_typing() const {
    return filter_before.has_value();
  }
};

/// Sorts so, as the service would by default: highest first, names from A.
void sort_by(view_state& state, actor_sort sort);

void press(view_state& state, const key& pressed, extent shown);

/// Keeps the selection inside the table, and in sight.
void keep_in_sight(view_state& state, extent shown);

/// What to ask for the view that is shown: `/api/v1/ops/...`.
std::string path_of(const view_state& state);

} // namespace registrar::top
