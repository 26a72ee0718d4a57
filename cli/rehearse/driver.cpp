#include "cli/rehearse/driver.hpp"

#include "cli/rehearse/lane.hpp"
#include "cli/rehearse/request_text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <queue>
#include <vector>

#include <sys/epoll.h>
#include <unistd.h>

namespace registrar::rehearsal {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto report_every = 100ms;

/// A server that does not take one connection for this long is not there; one
/// that was there may come back, for a while.
constexpr auto first_connect_patience = 2s;
constexpr auto connect_patience = 20s;
constexpr auto reconnect_after = 20ms;

/// Something to do at a moment.
template <class T>
struct timed {
  moment at;
  T what;

  friend bool operator>(const timed& a, const timed& b) {
    return a.at > b.at;
  }
};

template <class T>
using agenda = std::priority_queue<timed<T>, std::vector<timed<T>>,
                                   std::greater<timed<T>>>;

class driver {
public:
  driver(const target& to, const driver_options& options, workload& work,
         const on_progress& progress)
    : to_(to), options_(options), work_(work), progress_(progress),
      lanes_(options.connections), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  }

  ~driver() {
    if (epoll_ >= 0)
      ::close(epoll_);
  }

  fallible<load_report> run() {
    start_ = last_contact_ = now_ = clock::now();
    next_report_ = start_;
    for (auto i = std::size_t{0}; i < lanes_.size(); ++i)
      open(i);
    while (!is_over()) {
      wait();
      auto patience
        = last_contact_ == start_ ? first_connect_patience : connect_patience;
      if (now_ - last_contact_ > patience && open_lanes_ == 0)
        return failure{ec::dependency_unavailable,
                       "Nobody answers at " + to_.authority
                         + "; start the server there or give another --url."};
      reopen();
      dispatch();
      give_up_overdue();
      if (!report())
        return failure{ec::shutting_down, "The rehearsal was interrupted."};
    }
    next_report_ = now_;
    report();
    return std::move(report_);
  }

private:
  // -- connections ------------------------------------------------------------

  void open(std::size_t index) {
    if (!lanes_[index].open(to_, epoll_, index))
      closed_.push({now_ + reconnect_after, index});
  }

  void reopen() {
    while (!closed_.empty() && closed_.top().at <= now_) {
      auto index = closed_.top().what;
      closed_.pop();
      open(index);
    }
  }

  void lose(std::size_t index) {
    auto& lane = lanes_[index];
    auto was = lane.now();
    lane.close();
    closed_.push({now_ + reconnect_after, index});
    if (was != lane::state::connecting)
      --open_lanes_;
    if (was != lane::state::busy)
      return;
    --busy_;
    finish(lane, answer{0, false, {}, {}, lane.sent_at(), now_});
  }

  // -- answers ----------------------------------------------------------------

  void finish(lane& from, const answer& got) {
    ++report_.by_status[got.status];
    auto& done = from.current();
    auto again = work_.on_answer(done.token, got);
    if (!again) {
      report_.latency.record(now_ - done.due);
      ++report_.answered;
      report_.replays += got.is_replay;
    } else if (now_ + *again - done.first_due > options_.patience) {
      ++report_.given_up;
      work_.on_given_up(done.token);
    } else {
      ++report_.sent_again;
      done.due = now_ + *again;
      again_.push({done.due, std::move(done)});
    }
  }

  void on_event(std::size_t index, std::uint32_t events) {
    auto& lane = lanes_[index];
    if (lane.now() == lane::state::closed)
      return;
    if (lane.now() == lane::state::connecting) {
      if ((events & (EPOLLERR | EPOLLHUP)) != 0 || !lane.on_writable()) {
        lose(index);
        return;
      }
      ++open_lanes_;
      last_contact_ = now_;
      idle_.push_back(index);
    } else if ((events & EPOLLOUT) != 0 && !lane.on_writable()) {
      lose(index);
      return;
    }
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
      read(index, events);
  }

  void read(std::size_t index, std::uint32_t events) {
    auto& lane = lanes_[index];
    http_response response;
    switch (lane.on_readable(response)) {
      case lane::event::lost: lose(index); return;
      case lane::event::nothing: return;
      case lane::event::answered: break;
    }
    --busy_;
    last_contact_ = now_;
    finish(lane, {response.status, response.is_replay, response.retry_after,
                  response.body, lane.sent_at(), now_});
    if (response.closes || (events & (EPOLLRDHUP | EPOLLHUP)) != 0)
      lose(index);
    else if (!send_on(index))
      idle_.push_back(index);
  }

  // -- requests ---------------------------------------------------------------

  /// The moment at which the next new request is due; never, where no more are
  /// to be sent.
  moment next_due() const {
    if (options_.time_max > 0ns && now_ - start_ >= options_.time_max)
      return moment::max();
    if (options_.rate <= 0)
      return now_;
    return start_
           + std::chrono::nanoseconds{static_cast<std::int64_t>(
             static_cast<double>(begun_) * 1e9 / options_.rate)};
  }

  /// Sends on an idle lane what is due. @return false where nothing is.
  bool send_on(std::size_t index) {
    if (!again_.empty() && again_.top().at <= now_) {
      auto next = again_.top().what;
      again_.pop();
      send(index, next);
      return true;
    }
    auto due = next_due();
    if (due > now_ || !work_.next(index, fresh_.bytes, fresh_.token))
      return false;
    ++begun_;
    if (!to_.bearer.empty())
      write_bearer(fresh_.bytes, to_.bearer);
    fresh_.due = fresh_.first_due = due;
    send(index, fresh_);
    return true;
  }

  void send(std::size_t index, flight& request) {
    ++busy_;
    if (!lanes_[index].send(request, now_))
      lose(index);
  }

  void dispatch() {
    // Lanes may have been lost since they became idle.
    for (auto tried = idle_.size(); tried > 0; --tried) {
      auto index = idle_.front();
      idle_.pop_front();
      if (lanes_[index].now() != lane::state::idle || send_on(index))
        continue;
      idle_.push_back(index);
      if (work_.any_lane())
        return;
    }
  }

  /// What waits to be sent again while nobody answers is not kept for ever.
  void give_up_overdue() {
    if (open_lanes_ > 0)
      return;
    while (!again_.empty()
           && now_ - again_.top().what.first_due > options_.patience) {
      ++report_.given_up;
      work_.on_given_up(again_.top().what.token);
      again_.pop();
    }
  }

  // -- time -------------------------------------------------------------------

  bool is_over() const {
    if (busy_ > 0 || !again_.empty())
      return false;
    if (options_.time_max > 0ns && now_ - start_ >= options_.time_max)
      return true;
    return begun_ >= work_.total();
  }

  void wait() {
    auto until = std::min(next_report_, now_ + 100ms);
    if (!again_.empty())
      until = std::min(until, again_.top().at);
    if (!closed_.empty())
      until = std::min(until, closed_.top().at);
    if (options_.rate > 0 && !idle_.empty() && next_due() > now_)
      until = std::min(until, next_due());
    auto left = std::max<std::chrono::nanoseconds>(until - now_, 0ns);
    timespec timeout{static_cast<time_t>(left / 1s),
                     static_cast<long>((left % 1s).count())};
    std::array<epoll_event, 256> events;
    auto count
      = ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()),
                       &timeout, nullptr);
    if (count < 0 && errno == ENOSYS)
      count
        = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                       static_cast<int>(left / 1ms));
    now_ = clock::now();
    for (auto i = 0; i < count; ++i) {
      auto& event = events[static_cast<std::size_t>(i)];
      on_event(static_cast<std::size_t>(event.data.u64), event.events);
      // Each answer has its own time; a request sent meanwhile took some.
      now_ = clock::now();
    }
  }

  bool report() {
    if (now_ < next_report_)
      return true;
    next_report_ = now_ + report_every;
    report_.elapsed = now_ - start_;
    return !progress_ || progress_(report_, work_.total());
  }

  const target& to_;
  const driver_options& options_;
  workload& work_;
  const on_progress& progress_;
  std::vector<lane> lanes_;
  int epoll_;
  load_report report_;
  /// May hold lanes that were lost since.
  std::deque<std::size_t> idle_;
  agenda<std::size_t> closed_;
  agenda<flight> again_;
  flight fresh_;
  std::size_t open_lanes_ = 0;
  std::size_t busy_ = 0;
  std::uint64_t begun_ = 0;
  moment start_;
  moment now_;
  moment last_contact_;
  moment next_report_;
};

} // namespace

double load_report::per_second() const {
  auto seconds = std::chrono::duration<double>{elapsed}.count();
  return seconds > 0 ? static_cast<double>(answered) / seconds : 0;
}

void load_report::add(const load_report& other) {
  answered += other.answered;
  given_up += other.given_up;
  sent_again += other.sent_again;
  replays += other.replays;
  for (auto& [status, count] : other.by_status)
    by_status[status] += count;
  latency.add(other.latency);
  elapsed += other.elapsed;
}

fallible<load_report> drive(const target& to, const driver_options& options,
                            workload& work, const on_progress& progress) {
  return driver{to, options, work, progress}.run();
}

} // namespace registrar::rehearsal
