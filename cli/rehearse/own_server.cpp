#include "cli/rehearse/own_server.hpp"

#include "cli/rehearse/guest_setup.hpp"
#include "cli/rehearse/request_text.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace registrar::rehearsal {

namespace fs = std::filesystem;

namespace {

using namespace std::chrono_literals;

/// Longest waits; reached only when something is broken.
constexpr auto import_time_max = 300s;
constexpr auto start_time_max = 60s;
constexpr auto stop_time_max = 40s;
constexpr auto verify_time_max = 600s;

std::string text_of(const fs::path& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

failure broken(std::string what) {
  return {ec::dependency_unavailable, std::move(what)};
}

} // namespace

own_server::own_server(own_server&& other) noexcept
  : program_(std::move(other.program_)), flags_(std::move(other.flags_)),
    directory_(std::move(other.directory_)),
    removes_(std::exchange(other.removes_, false)),
    process_(std::move(other.process_)), where_(std::move(other.where_)) {
  other.process_.reset();
}

own_server::~own_server() {
  process_.reset();
  std::error_code ignored;
  if (removes_)
    fs::remove_all(directory_, ignored);
}

fs::path own_server::data() const {
  return directory_ / "data";
}

fs::path own_server::log() const {
  return directory_ / "output.log";
}

std::string own_server::output() const {
  auto text = text_of(log());
  while (text.ends_with('\n'))
    text.pop_back();
  return text.substr(text.size() - std::min<std::size_t>(text.size(), 2000));
}

fallible<done> own_server::make_directory(const own_server_options& options) {
  std::error_code error;
  if (options.data_dir.empty()) {
    auto pattern
      = (fs::temp_directory_path(error) / "registrar-rehearsal-XXXXXX")
          .string();
    if (error || ::mkdtemp(pattern.data()) == nullptr)
      return broken("No temporary directory can be made; give one with "
                    "--data-dir.");
    directory_ = pattern;
    removes_ = !options.keeps_files;
    return done{};
  }
  directory_ = options.data_dir;
  fs::create_directories(directory_, error);
  if (error || !fs::is_empty(directory_, error) || error)
    return broken("A rehearsal needs a directory that is empty or not yet "
                  "there; give another with --data-dir.");
  return done{};
}

fallible<int> own_server::run(const std::vector<std::string>& flags) const {
  auto all = flags;
  all.insert(all.end(), {"--data-dir", data().string()});
  all.insert(all.end(), flags_.begin(), flags_.end());
  auto child = child_process::start(program_, all, log());
  if (!child)
    return child.error();
  auto code
    = child->wait(flags[0] == "verify" ? verify_time_max : import_time_max);
  if (!code)
    return broken("`registrar " + flags[0] + "` did not end in time.");
  return *code;
}

fallible<done> own_server::import(const world& what) {
  auto csv = directory_ / "sections.csv";
  if (auto written = write_sections_csv(what, csv); !written)
    return written;
  std::vector<std::string> import{"import", "--sections", csv.string()};
  if (what.plan.students > 0)
    import.insert(import.end(),
                  {"--students-synthetic", std::to_string(what.plan.students)});
  auto imported = run(import);
  if (!imported)
    return imported.error();
  if (*imported != 0)
    return broken("The rehearsal's data could not be imported: " + output());
  return done{};
}

fallible<own_server> own_server::start(const own_server_options& options,
                                       const world* what) {
  own_server result;
  result.program_ = options.program;
  result.flags_ = options.flags;
  if (auto made = result.make_directory(options); !made)
    return made.error();
  if (what)
    if (auto imported = result.import(*what); !imported)
      return imported.error();
  std::vector<std::string> serve{"serve", "--listen", "127.0.0.1:0",
                                 "--data-dir", result.data().string()};
  serve.insert(serve.end(), options.flags.begin(), options.flags.end());
  auto child = child_process::start(result.program_, serve, result.log());
  if (!child)
    return child.error();
  result.process_.emplace(std::move(*child));
  if (auto ready = result.wait_until_ready(); !ready)
    return ready.error();
  return result;
}

/// The server says so on its output once it listens: "Registrar serves on URL
/// with its data in ...".
std::string own_server::announced_url() const {
  constexpr std::string_view before = "Registrar serves on ";
  auto text = text_of(log());
  auto at = text.rfind(before);
  auto end = text.find(" with ", at);
  if (at == std::string::npos || end == std::string::npos)
    return {};
  return text.substr(at + before.size(), end - at - before.size());
}

fallible<done> own_server::wait_until_ready() {
  auto end = std::chrono::steady_clock::now() + start_time_max;
  while (std::chrono::steady_clock::now() < end) {
    if (process_->exit_code())
      return broken("The rehearsal's server did not start: " + output());
    if (auto url = announced_url(); !url.empty()) {
      auto where = target_of(url);
      if (!where)
        return where.error();
      where_ = std::move(*where);
      std::string request;
      write_get(request, where_.authority, "/ready");
      auto asked = ask_all(where_, {}, {std::move(request)}, {});
      if (!asked)
        return asked.error();
      return done{};
    }
    std::this_thread::sleep_for(5ms);
  }
  return broken("The rehearsal's server was not ready in time: " + output());
}

std::optional<process_usage> own_server::usage() const {
  return usage_of(process_->id());
}

fallible<done> own_server::stop() {
  process_->signal(SIGTERM);
  auto code = process_->wait(stop_time_max);
  if (!code)
    return broken("The rehearsal's server did not stop in time: " + output());
  if (*code != 0)
    return broken("The rehearsal's server ended with exit code "
                  + std::to_string(*code) + ": " + output());
  return done{};
}

fallible<std::string> own_server::verify() const {
  auto before = text_of(log()).size();
  auto code = run({"verify"});
  if (!code)
    return code.error();
  if (*code == 0)
    return std::string{};
  auto said = text_of(log()).substr(before);
  if (*code == 1)
    return said;
  return broken("The rehearsal's data could not be verified: " + said);
}

} // namespace registrar::rehearsal
