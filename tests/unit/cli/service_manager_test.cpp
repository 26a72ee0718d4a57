#include "cli/service_manager.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace registrar;
using namespace std::chrono_literals;

namespace {

/// Longest wait for anything that must happen; reached only on failure.
constexpr int patience_ms = 20'000;

/// Stands in for systemd: the socket and what comes there.
class listener {
public:
  listener() {
    auto pattern
      = (std::filesystem::temp_directory_path() / "registrar-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    path_ = (folder_ / "notify").string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path_.size() < sizeof address.sun_path);
    path_.copy(address.sun_path, path_.size());
    file_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    REQUIRE(file_ >= 0);
    REQUIRE(::bind(file_, reinterpret_cast<sockaddr*>(&address), sizeof address)
            == 0);
  }

  ~listener() {
    ::close(file_);
    std::filesystem::remove_all(folder_);
  }

  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  const std::string& path() const {
    return path_;
  }

  /// The next datagram; empty where none comes in time.
  std::string next(int wait_ms = patience_ms) {
    pollfd what{file_, POLLIN, 0};
    if (::poll(&what, 1, wait_ms) != 1)
      return {};
    std::array<char, 4096> text{};
    auto size = ::recv(file_, text.data(), text.size(), 0);
    return size < 0 ? std::string{} : std::string(text.data(), size);
  }

private:
  std::filesystem::path folder_;
  std::string path_;
  int file_ = -1;
};

bool has(const std::string& text, const std::string& line) {
  return ("\n" + text + "\n").find("\n" + line + "\n") != std::string::npos;
}

actor_status actor(const std::string& name, const std::string& state) {
  return {name, state, {}, 0, {}};
}

service_status alive(bool is_ready) {
  return {is_ready,
          {{"ledger", is_ready, is_ready ? "" : "Redis does not answer."}},
          {actor("registration-broker", "running"),
           actor("section-supervisor", "running"),
           actor("ledger-worker", is_ready ? "running" : "unreachable")}};
}

/// Asked by the manager's thread: what is answered changes under its feet.
struct answering {
  std::atomic<bool> is_ready{true};
  std::atomic<bool> is_silent{false};
  std::atomic<int> asked{0};

  service_manager::question question() {
    return [this](std::function<void(service_status)> done) {
      ++asked;
      if (!is_silent)
        done(alive(is_ready));
    };
  }
};

} // namespace

TEST_CASE("the service manager is told ready, alive and stopping") {
  listener systemd;
  answering service;
  service_manager uut{{systemd.path(), 200ms}};
  uut.watch("Serves here", service.question());
  auto first = systemd.next();
  CHECK(has(first, "READY=1"));
  CHECK(has(first, "WATCHDOG=1"));
  CHECK(has(first, "STATUS=Serves here"));
  for (int i = 0; i < 3; ++i)
    CHECK(systemd.next() == "WATCHDOG=1\n");
  uut.stopping();
  auto last = systemd.next();
  while (last == "WATCHDOG=1\n")
    last = systemd.next();
  CHECK(has(last, "STOPPING=1"));
}

TEST_CASE("the service is not called ready before its dependencies are") {
  listener systemd;
  answering service;
  service.is_ready = false;
  service_manager uut{{systemd.path(), 200ms}};
  uut.watch("Serves here", service.question());
  auto first = systemd.next();
  CHECK(first.starts_with("EXTEND_TIMEOUT_USEC="));
  CHECK(has(first, "STATUS=Serves here; not ready: ledger: Redis does not "
                   "answer."));
  service.is_ready = true;
  auto text = systemd.next();
  while (text.starts_with("EXTEND_TIMEOUT_USEC="))
    text = systemd.next();
  CHECK(has(text, "READY=1"));
}

TEST_CASE("a dependency that fails takes no sign of life away") {
  listener systemd;
  answering service;
  service_manager uut{{systemd.path(), 200ms}};
  uut.watch("Serves here", service.question());
  CHECK(has(systemd.next(), "READY=1"));
  service.is_ready = false;
  auto text = systemd.next();
  while (text == "WATCHDOG=1\n")
    text = systemd.next();
  CHECK(has(text, "WATCHDOG=1"));
  CHECK(text.find("not ready: ledger") != std::string::npos);
  for (int i = 0; i < 3; ++i)
    CHECK(systemd.next() == "WATCHDOG=1\n");
}

TEST_CASE("a service that does not answer starves the watchdog") {
  listener systemd;
  answering service;
  service_manager uut{{systemd.path(), 200ms}};
  uut.watch("Serves here", service.question());
  CHECK(has(systemd.next(), "READY=1"));
  service.is_silent = true;
  // Those that were on their way come still.
  auto before = service.asked.load();
  while (service.asked.load() < before + 2)
    systemd.next(10);
  while (!systemd.next(0).empty()) {
  }
  auto asked = service.asked.load();
  CHECK(systemd.next(400) == "");
  service.is_silent = false;
  CHECK(systemd.next() == "WATCHDOG=1\n");
  CHECK(service.asked.load() > asked);
}

TEST_CASE("life is told by the actors that need no dependency") {
  CHECK(is_alive(alive(true)));
  CHECK(is_alive(alive(false)));
  CHECK(!is_alive({true, {}, {}}));
  CHECK(!is_alive({true, {}, {actor("ledger-worker", "running")}}));
  CHECK(!is_alive({true,
                   {},
                   {actor("registration-broker", "unreachable"),
                    actor("section-supervisor", "running")}}));
  // One that is being started is not on the list.
  CHECK(is_alive({true, {}, {actor("section-supervisor", "running")}}));
}

TEST_CASE("nobody is told where nobody listens") {
  answering service;
  service_manager uut{{}};
  uut.watch("Serves here", service.question());
  uut.stopping();
  CHECK(service.asked.load() == 0);
}

TEST_CASE("a manager that is gone does not disturb") {
  std::string path;
  {
    listener systemd;
    path = systemd.path();
  }
  answering service;
  service_manager uut{{path, 20ms}};
  uut.watch("Serves here", service.question());
  auto deadline = std::chrono::steady_clock::now() + 20s;
  while (service.asked.load() < 3
         && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(1ms);
  CHECK(service.asked.load() >= 3);
  uut.stopping();
}

TEST_CASE("the environment of another process is not ours") {
  ::setenv("NOTIFY_SOCKET", "@nowhere", 1);
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  ::unsetenv("WATCHDOG_PID");
  CHECK(manager_address::from_environment().socket == "@nowhere");
  CHECK(manager_address::from_environment().watchdog == 30s);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  CHECK(manager_address::from_environment().watchdog == 30s);
  ::setenv("WATCHDOG_PID", "1", 1);
  CHECK(manager_address::from_environment().watchdog == 0s);
  ::unsetenv("WATCHDOG_PID");
  ::setenv("WATCHDOG_USEC", "soon", 1);
  CHECK(manager_address::from_environment().watchdog == 0s);
  ::unsetenv("NOTIFY_SOCKET");
  ::unsetenv("WATCHDOG_USEC");
  CHECK(manager_address::from_environment().socket.empty());
}
