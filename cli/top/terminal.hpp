#pragma once

#include "cli/top/screen_text.hpp"
#include "cli/top/view_state.hpp"
#include "messages/errors.hpp"

#include <memory>
#include <optional>

namespace registrar::top {

/// The terminal of this process, by ncurses: the only place that knows it.
/// Gives it back as it was when it is destroyed, and when the process crashes.
class terminal {
public:
  /// @pre there is no other, and its signals are blocked: see `run_screen`.
  static fallible<std::unique_ptr<terminal>> open();

  ~terminal();

  terminal(const terminal&) = delete;
  terminal& operator=(const terminal&) = delete;

  screen_size size() const;

  /// Takes over the size that the terminal has now.
  void take_new_size();

  void draw(const std::vector<screen_line>& lines);

  /// A key that was pressed already; nothing where there is none.
  std::optional<key> next_key();

private:
  terminal();

  int attributes_of(style as) const;

  bool has_colours_ = false;
  bool knows_utf8_ = false;
};

} // namespace registrar::top
