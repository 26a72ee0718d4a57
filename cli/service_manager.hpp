#pragma once

#include "messages/status.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace registrar {

/// Where the service manager that started us listens (sd_notify(3)).
struct manager_address {
  /// `NOTIFY_SOCKET`: a path, or `@name` of the abstract space; empty where
  /// nobody listens.
  std::string socket;
  /// `WATCHDOG_USEC`: silent for so long, we are taken for dead; 0: never.
  std::chrono::microseconds watchdog{0};

  /// What our environment says; nothing of what it says of another process.
  static manager_address from_environment();
};

/// Whether the actors that need no dependency answered: the scheduler works. A
/// dependency that fails takes nothing away from that, for no restart heals it.
bool is_alive(const service_status& status);

/// Tells the service manager how we are: ready once every dependency is, a sign
/// of life at half the watchdog's time as long as the service answers a
/// question, and that we stop. Does nothing where nobody listens, and never
/// fails the service: a manager that is gone is logged.
class service_manager {
public:
  /// Asks for a verbose status, through everything that must be alive. Calls
  /// back from any thread, also late or never.
  using question = std::function<void(std::function<void(service_status)>)>;

  explicit service_manager(manager_address where);
  ~service_manager();

  service_manager(const service_manager&) = delete;
  service_manager& operator=(const service_manager&) = delete;

  /// Starts to ask and to tell, from a thread of its own.
  /// @param serves for people: what is served where.
  /// @pre `ask` may be called until `stopping` or the destructor returns.
  void watch(std::string serves, question ask);

  /// Says that we stop, and asks no more.
  void stopping();

private:
  using clock = std::chrono::steady_clock;

  /// Outlives us where an answer comes late.
  struct answers {
    std::mutex mutex;
    std::condition_variable changed;
    bool is_over = false;
    std::uint64_t round = 0;
    std::optional<service_status> answer;
  };

  void run();
  std::optional<service_status> look();
  void tell(const service_status& status);
  void note_silence();
  bool pause_until(clock::time_point when);
  std::string sentence(const service_status& status) const;
  bool send(const std::string& text);
  void end();

  manager_address where_;
  std::string serves_;
  question ask_;
  std::shared_ptr<answers> answers_ = std::make_shared<answers>();
  std::thread thread_;
  /// What the manager knows.
  bool is_ready_ = false;
  std::string told_;
  /// What the log knows.
  bool is_silent_ = false;
  bool is_send_failing_ = false;
};

} // namespace registrar
