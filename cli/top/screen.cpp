#include "cli/top/screen.hpp"

#include "cli/top/poller.hpp"
#include "cli/top/renderer.hpp"
#include "cli/top/terminal.hpp"

#include <array>
#include <csignal>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace registrar::top {

namespace {

/// The clock and the ages go on without news.
constexpr auto redraw_period_ms = 1000;

/// A file descriptor that is closed at the end.
class descriptor {
public:
  explicit descriptor(int file) : file_(file) {
  }

  ~descriptor() {
    if (file_ >= 0)
      ::close(file_);
  }

  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;

  int get() const {
    return file_;
  }

private:
  int file_;
};

/// The signals of a terminal, as something to wait for beside its keys.
/// Blocked before any thread starts, they come here only.
class terminal_signals {
public:
  terminal_signals() : file_(::signalfd(-1, blocked(), SFD_CLOEXEC | flags)) {
  }

  int file() const {
    return file_.get();
  }

  /// 0 where none is there.
  int next() const {
    signalfd_siginfo info{};
    return ::read(file_.get(), &info, sizeof info) == sizeof info
             ? static_cast<int>(info.ssi_signo)
             : 0;
  }

private:
  static constexpr int flags = SFD_NONBLOCK;

  static const sigset_t* blocked() {
    static sigset_t set;
    sigemptyset(&set);
    for (auto signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH})
      sigaddset(&set, signal);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return &set;
  }

  descriptor file_;
};

/// Rung by the poller's thread.
class bell {
public:
  bell() : file_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  }

  int file() const {
    return file_.get();
  }

  void ring() const {
    ::eventfd_write(file_.get(), 1);
  }

  /// Whether it was rung since.
  bool was_rung() const {
    eventfd_t count = 0;
    return ::eventfd_read(file_.get(), &count) == 0;
  }

private:
  descriptor file_;
};

class top_screen {
public:
  top_screen(document_source& source, view_state state, documents seen,
             std::chrono::milliseconds interval, terminal& shown_on,
             terminal_signals& signals)
    : state_(std::move(state)), seen_(std::move(seen)), terminal_(shown_on),
      signals_(signals), poller_(source, interval, question_of(state_), seen_,
                                 [this] { bell_.ring(); }) {
    state_.size = terminal_.size();
  }

  void run() {
    while (!state_.is_over) {
      draw();
      poller_.want(question_of(state_), state_.is_paused);
      wait();
    }
  }

private:
  void draw() {
    auto frame = render(seen_, state_, std::chrono::system_clock::now());
    shown_ = frame.shown;
    keep_in_sight(state_, shown_);
    terminal_.draw(frame.lines);
  }

  void wait() {
    std::array<pollfd, 3> files{{{STDIN_FILENO, POLLIN, 0},
                                 {signals_.file(), POLLIN, 0},
                                 {bell_.file(), POLLIN, 0}}};
    ::poll(files.data(), files.size(), redraw_period_ms);
    while (auto signal = signals_.next())
      on_signal(signal);
    if (bell_.was_rung())
      seen_ = poller_.latest();
    while (auto pressed = terminal_.next_key())
      press(state_, *pressed, shown_);
    // The terminal is gone, and so is who could read.
    if ((files[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
      state_.is_over = true;
  }

  void on_signal(int signal) {
    if (signal != SIGWINCH) {
      state_.is_over = true;
      return;
    }
    terminal_.take_new_size();
    state_.size = terminal_.size();
  }

  view_state state_;
  documents seen_;
  extent shown_;
  terminal& terminal_;
  terminal_signals& signals_;
  bell bell_;
  // Last: its thread rings the bell.
  poller poller_;
};

} // namespace

fallible<done> run_screen(document_source& source, view_state state,
                          documents seen, std::chrono::milliseconds interval) {
  terminal_signals signals;
  auto opened = terminal::open();
  if (!opened)
    return opened.error();
  top_screen{source,   std::move(state), std::move(seen),
             interval, **opened,         signals}
    .run();
  return done{};
}

} // namespace registrar::top
