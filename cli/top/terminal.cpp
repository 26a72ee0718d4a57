#include "cli/top/terminal.hpp"

#define NCURSES_NOMACROS
#include <curses.h>

#include <array>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <langinfo.h>
#include <string_view>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace registrar::top {

namespace {

/// How long a lone Esc is taken for the beginning of another key.
constexpr auto escape_delay_ms = 25;

// -- after a crash ------------------------------------------------------------

constexpr std::array<int, 5> crashes{SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

/// What gives the terminal back without ncurses, which may be what crashed.
struct way_back {
  termios mode{};
  std::array<char, 128> bytes{};
  std::size_t size = 0;

  void add(const char* capability) {
    auto* found = ::tigetstr(capability);
    // Terminfo says "absent" and "not a string" by these two.
    if (found == nullptr || found == reinterpret_cast<char*>(-1))
      return;
    auto length = std::strlen(found);
    if (length > bytes.size() - size)
      return;
    std::memcpy(bytes.data() + size, found, length);
    size += length;
  }
};

way_back back;

extern "C" void give_terminal_back(int signal) {
  [[maybe_unused]] auto written
    = ::write(STDOUT_FILENO, back.bytes.data(), back.size);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &back.mode);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void prepare_for_crashes() {
  for (const auto* capability : {"sgr0", "cnorm", "rmkx", "rmcup"})
    back.add(capability);
  for (auto signal : crashes)
    std::signal(signal, give_terminal_back);
}

// -- colours ------------------------------------------------------------------

enum pairs : short { pair_good = 1, pair_warning, pair_bad, pair_label };

/// With many colours, those that can be read on light and on dark ground.
void define_colours() {
  auto has_many = COLORS >= 256;
  auto define = [&](pairs pair, int of_many, int of_few) {
    ::init_pair(pair, static_cast<short>(has_many ? of_many : of_few), -1);
  };
  define(pair_good, 34, COLOR_GREEN);
  define(pair_warning, 172, COLOR_YELLOW);
  define(pair_bad, 160, COLOR_RED);
  define(pair_label, 31, COLOR_CYAN);
}

bool wants_colours() {
  auto* refused = std::getenv("NO_COLOR");
  return (refused == nullptr || *refused == '\0') && ::has_colors();
}

// -- keys ---------------------------------------------------------------------

constexpr auto control_l = U'\x0c';
constexpr auto control_u = U'\x15';

key of_function_key(wint_t code) {
  switch (code) {
    case KEY_UP: return {key::kind::up};
    case KEY_DOWN: return {key::kind::down};
    case KEY_PPAGE: return {key::kind::page_up};
    case KEY_NPAGE: return {key::kind::page_down};
    case KEY_HOME: return {key::kind::home};
    case KEY_END: return {key::kind::end};
    case KEY_ENTER: return {key::kind::enter};
    case KEY_BACKSPACE: return {key::kind::backspace};
    default: return {key::kind::character};
  }
}

key of_character(wint_t code) {
  switch (code) {
    case U'\r':
    case U'\n': return {key::kind::enter};
    case U'\x1b': return {key::kind::escape};
    case U'\b':
    case U'\x7f': return {key::kind::backspace};
    case control_u: return {key::kind::erase};
    default: return {key::kind::character, static_cast<char32_t>(code)};
  }
}

} // namespace

fallible<std::unique_ptr<terminal>> terminal::open() {
  std::setlocale(LC_CTYPE, "");
  ::tcgetattr(STDIN_FILENO, &back.mode);
  if (::newterm(nullptr, stdout, stdin) == nullptr) {
    auto* name = std::getenv("TERM");
    return failure{ec::invalid_value,
                   std::string{"This terminal (TERM="}
                     + (name == nullptr ? "" : name)
                     + ") is not known here; set TERM, or give --once."};
  }
  return std::unique_ptr<terminal>{new terminal};
}

terminal::terminal()
  : has_colours_(wants_colours()),
    knows_utf8_(::nl_langinfo(CODESET) == std::string_view{"UTF-8"}) {
  ::cbreak();
  ::noecho();
  ::nonl();
  ::keypad(stdscr, TRUE);
  ::nodelay(stdscr, TRUE);
  ::set_escdelay(escape_delay_ms);
  ::curs_set(0);
  if (has_colours_) {
    ::start_color();
    ::use_default_colors();
    define_colours();
  }
  prepare_for_crashes();
}

terminal::~terminal() {
  ::endwin();
  for (auto signal : crashes)
    std::signal(signal, SIG_DFL);
}

screen_size terminal::size() const {
  return {static_cast<std::size_t>(std::max(LINES, 1)),
          static_cast<std::size_t>(std::max(COLS, 1))};
}

void terminal::take_new_size() {
  winsize now{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &now) == 0 && now.ws_row > 0
      && now.ws_col > 0)
    ::resizeterm(now.ws_row, now.ws_col);
  // What a terminal shows after it was resized is anybody's guess.
  ::clearok(curscr, TRUE);
}

int terminal::attributes_of(style as) const {
  auto colour = [&](pairs pair) {
    return has_colours_ ? static_cast<int>(COLOR_PAIR(pair)) : 0;
  };
  switch (as) {
    case style::plain: return A_NORMAL;
    case style::label: return colour(pair_label);
    case style::strong: return A_BOLD;
    case style::good: return colour(pair_good);
    case style::warning: return A_BOLD | colour(pair_warning);
    case style::bad: return A_BOLD | colour(pair_bad);
    case style::old: return A_DIM;
    case style::heading: return A_BOLD | A_UNDERLINE;
    case style::selected: return A_REVERSE;
  }
  return A_NORMAL;
}

void terminal::draw(const std::vector<screen_line>& lines) {
  ::erase();
  for (auto y = std::size_t{0}; y < lines.size(); ++y) {
    auto x = std::size_t{0};
    for (const auto& one : lines[y]) {
      ::attrset(attributes_of(one.as));
      auto text = knows_utf8_ ? one.text : to_ascii(one.text);
      ::mvaddstr(static_cast<int>(y), static_cast<int>(x), text.c_str());
      x += columns_of(one.text);
    }
  }
  ::refresh();
}

std::optional<key> terminal::next_key() {
  wint_t code = 0;
  auto kind = ::get_wch(&code);
  if (kind == ERR)
    return std::nullopt;
  if (kind == KEY_CODE_YES)
    return of_function_key(code);
  if (code == control_l)
    ::clearok(curscr, TRUE);
  return of_character(code);
}

} // namespace registrar::top
