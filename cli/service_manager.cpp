#include "cli/service_manager.hpp"

#include "config/logging.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace registrar {

namespace {

using namespace std::chrono_literals;

/// A dependency answers, or is given up, within about a second; who is silent
/// for longer is not alive.
constexpr auto answer_time_max = 3s;
/// Between questions until everything is ready.
constexpr auto ready_period = 200ms;
/// Between questions after one without an answer.
constexpr auto silent_period = 500ms;
/// Between questions where there is no watchdog, to tell people what is wrong.
constexpr auto status_period = 10s;
/// Before we are ready each sign of life moves the end of the time to start to
/// so far from now.
constexpr std::chrono::microseconds start_extension = 20s;
/// For a manager that does not read.
constexpr timeval send_time_max{1, 0};

std::string variable(const char* name) {
  const auto* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::optional<std::uint64_t> number_in(const std::string& text) {
  std::uint64_t result = 0;
  const auto* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, result);
  if (text.empty() || error != std::errc{} || stop != end)
    return std::nullopt;
  return result;
}

/// Owns a file descriptor.
struct open_socket {
  explicit open_socket(int number) : file(number) {
  }

  ~open_socket() {
    if (file >= 0)
      ::close(file);
  }

  open_socket(const open_socket&) = delete;
  open_socket& operator=(const open_socket&) = delete;

  int file;
};

/// One datagram. @return 0, or errno.
int send_datagram(const std::string& to, const std::string& text) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto is_known = to.starts_with('/') || to.starts_with('@');
  if (!is_known || to.size() >= sizeof address.sun_path)
    return EAFNOSUPPORT;
  std::memcpy(address.sun_path, to.data(), to.size());
  if (to.front() == '@')
    address.sun_path[0] = '\0';
  auto size
    = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + to.size());
  open_socket out{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (out.file < 0)
    return errno;
  ::setsockopt(out.file, SOL_SOCKET, SO_SNDTIMEO, &send_time_max,
               sizeof send_time_max);
  auto sent = ::sendto(out.file, text.data(), text.size(), MSG_NOSIGNAL,
                       reinterpret_cast<const sockaddr*>(&address), size);
  return sent < 0 ? errno : 0;
}

} // namespace

manager_address manager_address::from_environment() {
  manager_address result;
  result.socket = variable("NOTIFY_SOCKET");
  auto whose = variable("WATCHDOG_PID");
  auto microseconds = number_in(variable("WATCHDOG_USEC"));
  if (microseconds && (whose.empty() || whose == std::to_string(::getpid())))
    result.watchdog = std::chrono::microseconds{*microseconds};
  return result;
}

bool is_alive(const service_status& status) {
  auto answered = false;
  for (const auto& actor : status.actors) {
    if (actor.name != "registration-broker"
        && actor.name != "section-supervisor")
      continue;
    if (actor.state == "unreachable")
      return false;
    answered = true;
  }
  return answered;
}

service_manager::service_manager(manager_address where)
  : where_(std::move(where)) {
}

service_manager::~service_manager() {
  end();
}

void service_manager::watch(std::string serves, question ask) {
  if (where_.socket.empty())
    return;
  serves_ = std::move(serves);
  ask_ = std::move(ask);
  thread_ = std::thread{[this] { run(); }};
}

void service_manager::stopping() {
  end();
  if (!where_.socket.empty())
    send("STOPPING=1\nSTATUS=Stops: requests in flight finish");
}

void service_manager::end() {
  {
    std::lock_guard guard{answers_->mutex};
    answers_->is_over = true;
  }
  answers_->changed.notify_all();
  if (thread_.joinable())
    thread_.join();
}

void service_manager::run() {
  auto period = where_.watchdog > 0us ? clock::duration{where_.watchdog / 2}
                                      : clock::duration{status_period};
  auto is_over = false;
  while (!is_over) {
    auto asked_at = clock::now();
    auto status = look();
    if (status && is_alive(*status)) {
      tell(*status);
      is_over = pause_until(
        asked_at
        + (is_ready_ ? period
                     : std::min<clock::duration>(period, ready_period)));
    } else {
      note_silence();
      is_over = pause_until(clock::now() + silent_period);
    }
  }
}

std::optional<service_status> service_manager::look() {
  auto x = answers_;
  std::unique_lock guard{x->mutex};
  auto round = ++x->round;
  x->answer.reset();
  guard.unlock();
  ask_([x, round](service_status status) {
    std::lock_guard late_guard{x->mutex};
    if (round != x->round)
      return;
    x->answer = std::move(status);
    x->changed.notify_all();
  });
  guard.lock();
  x->changed.wait_for(guard, answer_time_max,
                      [&] { return x->answer || x->is_over; });
  return std::exchange(x->answer, std::nullopt);
}

/// @return whether we are over.
bool service_manager::pause_until(clock::time_point when) {
  std::unique_lock guard{answers_->mutex};
  return answers_->changed.wait_until(guard, when,
                                      [&] { return answers_->is_over; });
}

void service_manager::tell(const service_status& status) {
  if (std::exchange(is_silent_, false))
    log_info("signs-of-life-resumed", "service answers itself again");
  std::string text;
  auto is_ready = is_ready_ || status.is_ready;
  if (is_ready && !is_ready_)
    text += "READY=1\n";
  if (!is_ready)
    text += "EXTEND_TIMEOUT_USEC=" + std::to_string(start_extension.count())
            + "\n";
  else if (where_.watchdog > 0us)
    text += "WATCHDOG=1\n";
  auto now = sentence(status);
  if (now != told_)
    text += "STATUS=" + now + "\n";
  if (text.empty() || !send(text))
    return;
  is_ready_ = is_ready;
  told_ = std::move(now);
}

void service_manager::note_silence() {
  // At the stop nobody waited for the answer.
  {
    std::lock_guard guard{answers_->mutex};
    if (answers_->is_over)
      return;
  }
  if (!std::exchange(is_silent_, true))
    log_error("signs-of-life-ceased",
              "service does not answer itself: the service manager hears "
              "nothing until it does");
}

std::string service_manager::sentence(const service_status& status) const {
  auto result = serves_;
  auto separator = "; not ready: ";
  for (const auto& x : status.dependencies) {
    if (x.is_ready)
      continue;
    result += separator + x.name + ": " + x.detail;
    separator = ", ";
  }
  std::replace(result.begin(), result.end(), '\n', ' ');
  return result;
}

bool service_manager::send(const std::string& text) {
  auto error = send_datagram(where_.socket, text);
  if (error != 0 && !is_send_failing_)
    log_warn("service-manager-deaf", "service manager at {} takes nothing: {}",
             where_.socket, std::strerror(error));
  is_send_failing_ = error != 0;
  return error == 0;
}

} // namespace registrar
