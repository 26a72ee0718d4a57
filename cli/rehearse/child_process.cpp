#include "cli/rehearse/child_process.hpp"

#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace registrar::rehearsal {

namespace fs = std::filesystem;

fallible<child_process>
child_process::start(const fs::path& program,
                     const std::vector<std::string>& flags,
                     const fs::path& output) {
  auto arguments = flags;
  arguments.insert(arguments.begin(), program.string());
  std::vector<char*> pointers;
  for (auto& argument : arguments)
    pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  auto id = pid_t{-1};
  auto error = ::posix_spawn(&id, program.c_str(), &actions, nullptr,
                             pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    return failure{ec::dependency_unavailable,
                   program.string()
                     + " cannot be started: " + std::strerror(error) + "."};
  return child_process{id};
}

child_process::child_process(child_process&& other) noexcept
  : id_(std::exchange(other.id_, -1)), exit_code_(other.exit_code_) {
}

child_process::~child_process() {
  if (id_ < 0 || exit_code())
    return;
  signal(SIGKILL);
  auto status = 0;
  ::waitpid(id_, &status, 0);
}

std::optional<int> child_process::exit_code() {
  auto status = 0;
  if (!exit_code_ && ::waitpid(id_, &status, WNOHANG) == id_)
    exit_code_
      = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

std::optional<int> child_process::wait(std::chrono::milliseconds patience) {
  auto end = std::chrono::steady_clock::now() + patience;
  while (!exit_code() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  return exit_code_;
}

void child_process::signal(int number) {
  if (!exit_code())
    ::kill(id_, number);
}

fs::path own_binary() {
  return fs::read_symlink("/proc/self/exe");
}

std::optional<process_usage> usage_of(pid_t process) {
  auto folder = "/proc/" + std::to_string(process);
  std::ifstream memory{folder + "/statm"};
  std::ifstream times{folder + "/stat"};
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  std::string line;
  if (!(memory >> pages >> resident) || !std::getline(times, line))
    return std::nullopt;
  // The name, in parentheses, may hold anything; user and system time are the
  // 12th and 13th field behind it.
  std::istringstream fields{
    line.substr(std::min(line.rfind(')') + 1, line.size()))};
  std::string skipped;
  for (auto n = 0; n < 11; ++n)
    fields >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  if (!(fields >> user >> system))
    return std::nullopt;
  auto ticks = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return process_usage{
    resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)),
    std::chrono::nanoseconds{(user + system) * 1'000'000'000 / ticks}};
}

} // namespace registrar::rehearsal
