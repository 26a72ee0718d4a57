#include "cli/top/view_state.hpp"

#include "config/limits.hpp"

#include <algorithm>
#include <array>

namespace registrar::top {

namespace {

constexpr std::array<const char*, 7> sorts{"messages", "busy", "depth", "wait",
                                           "restarts", "name", "state"};
constexpr std::array<const char*, 3> kinds{"all", "section", "system"};

void next_sort(view_state& state, std::size_t step) {
  auto now = static_cast<std::size_t>(state.sort);
  sort_by(state, static_cast<actor_sort>((now + step) % sorts.size()));
}

void show(view_state& state, view wanted) {
  if (state.shown == wanted)
    return;
  state.shown = wanted;
  state.selected = 0;
  state.first = 0;
}

void type_character(view_state& state, char32_t character) {
  auto more = cleaned(utf8_of(character));
  auto is_steering = more == "?" && character != U'?';
  if (!is_steering
      && state.filter.size() + more.size() <= limits::top_filter_bytes_max)
    state.filter += more;
}

void press_while_typing(view_state& state, const key& pressed) {
  switch (pressed.what) {
    case key::kind::character: type_character(state, pressed.character); break;
    case key::kind::backspace: state.filter = without_last(state.filter); break;
    case key::kind::erase: state.filter.clear(); break;
    case key::kind::enter: state.filter_before.reset(); break;
    case key::kind::escape:
      state.filter = *state.filter_before;
      state.filter_before.reset();
      break;
    default: break;
  }
}

void press_for_actors(view_state& state, char32_t character) {
  switch (character) {
    case U's': next_sort(state, 1); break;
    case U'S': next_sort(state, sorts.size() - 1); break;
    case U'r': state.is_descending = !state.is_descending; break;
    case U'/': state.filter_before = state.filter; break;
    case U'h':
      state.kinds = state.kinds == actor_kinds::section ? actor_kinds::all
                                                        : actor_kinds::section;
      break;
    default: break;
  }
}

void press_character(view_state& state, char32_t character) {
  switch (character) {
    case U'q': state.is_over = true; break;
    case U'a': show(state, view::actors); break;
    case U'j': show(state, view::journal); break;
    case U'o': show(state, view::acts); break;
    case U'p': state.is_paused = !state.is_paused; break;
    case U'?': state.shows_help = true; break;
    default:
      if (state.shown == view::actors)
        press_for_actors(state, character);
  }
}

void move(view_state& state, key::kind what, extent shown) {
  auto page = std::max<std::size_t>(shown.page, 1);
  auto go_up = [&](std::size_t rows) {
    state.selected -= std::min(state.selected, rows);
  };
  switch (what) {
    case key::kind::up: go_up(1); break;
    case key::kind::down: ++state.selected; break;
    case key::kind::page_up: go_up(page); break;
    case key::kind::page_down: state.selected += page; break;
    case key::kind::home: state.selected = 0; break;
    case key::kind::end: state.selected = shown.rows; break;
    default: break;
  }
}

std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (auto x : text) {
    auto byte = static_cast<unsigned char>(x);
    if ((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z')
        || (byte >= 'a' && byte <= 'z'))
      result += x;
    else
      result.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return result;
}

/// Rows up to the last that is seen, and some more, in steps: not each key that
/// scrolls is a new question.
std::uint32_t actors_wanted(const view_state& state) {
  if (state.limit)
    return *state.limit;
  auto seen = std::max(state.first, state.selected) + state.size.lines;
  constexpr auto step = std::size_t{limits::top_actors_ahead};
  auto wanted = (seen + 2 * step - 1) / step * step;
  return static_cast<std::uint32_t>(
    std::min<std::size_t>(wanted, limits::actors_listed_max));
}

} // namespace

std::span<const char* const> sort_words() {
  return sorts;
}

std::span<const char* const> kind_words() {
  return kinds;
}

void sort_by(view_state& state, actor_sort sort) {
  state.sort = sort;
  state.is_descending = sort != actor_sort::name;
}

void press(view_state& state, const key& pressed, extent shown) {
  if (state.is_typing()) {
    press_while_typing(state, pressed);
  } else if (state.shows_help) {
    // Any key leaves the help; one of them ends all.
    state.shows_help = false;
    state.is_over = pressed.character == U'q';
  } else if (pressed.what == key::kind::escape) {
    state.filter.clear();
  } else if (pressed.what == key::kind::character) {
    press_character(state, pressed.character);
  } else {
    move(state, pressed.what, shown);
  }
  keep_in_sight(state, shown);
}

void keep_in_sight(view_state& state, extent shown) {
  auto last = shown.rows == 0 ? 0 : shown.rows - 1;
  state.selected = std::min(state.selected, last);
  state.first = std::min(state.first, state.selected);
  if (shown.page > 0 && state.selected >= state.first + shown.page)
    state.first = state.selected - shown.page + 1;
  // Where rows were lost, or the screen has grown, no place stays empty.
  if (shown.rows <= state.first + shown.page)
    state.first -= std::min(state.first, state.first + shown.page - shown.rows);
}

std::string path_of(const view_state& state) {
  switch (state.shown) {
    case view::journal: return "/api/v1/ops/journal";
    case view::acts:
      return "/api/v1/ops/acts?limit=" + std::to_string(limits::page_rows_max);
    case view::actors: break;
  }
  std::string result = "/api/v1/ops/actors?sort=";
  result += sorts[static_cast<std::size_t>(state.sort)];
  result += state.is_descending ? "&order=desc" : "&order=asc";
  result
    += std::string{"&kind="} + kinds[static_cast<std::size_t>(state.kinds)];
  result += "&limit=" + std::to_string(actors_wanted(state));
  if (!state.filter.empty())
    result += "&filter=" + encoded(state.filter);
  return result;
}

} // namespace registrar::top
