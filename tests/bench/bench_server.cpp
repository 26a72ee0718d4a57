#include "tests/bench/bench_server.hpp"

#include "actors/system.hpp"
#include "config/logging.hpp"
#include "http/server.hpp"
#include "storage/embedded/data_directory.hpp"
#include "storage/factory.hpp"
#include "storage/production_stores.hpp"
#include "tests/bench/floor_server.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace registrar::bench {

namespace fs = std::filesystem;

namespace {

constexpr auto start_time_max = std::chrono::seconds{60};

std::string text_of(const fs::path& path) {
  std::ifstream file{path};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Renamed into place, so that nobody reads half of it.
void tell_port(const fs::path& directory, unsigned port) {
  auto draft = directory / "port.new";
  std::ofstream{draft} << port;
  fs::rename(draft, directory / "port");
}

int complain(const failure& why) {
  std::fprintf(stderr, "%s\n", why.detail.c_str());
  return 2;
}

settings bare() {
  settings config;
  config.access_log = false;
  return config;
}

/// Everything that is off until it is set; bounds that nobody reaches.
settings with_all_middleware(const fs::path& directory) {
  settings config;
  auto secret = directory / "secret";
  std::ofstream{secret} << bench_secret;
  fs::permissions(secret, fs::perms::owner_read | fs::perms::owner_write);
  config.auth = auth_mode::jwt;
  config.auth_hs256_secret_file = secret.string();
  config.auth_issuer = bench_issuer;
  config.auth_audience = bench_audience;
  config.cors_origins = {"https://portal.example.edu"};
  config.rate_per_address = config.rate_per_student = 1'000'000;
  config.rate_window = std::chrono::seconds{1};
  return config;
}

int serve_registrar(std::shared_ptr<store_factory> factory,
                    const fs::path& directory,
                    const settings& config = bare()) {
  actor_tree tree{config, std::move(factory), [](failure why) {
                    std::fprintf(stderr, "%s\n", why.detail.c_str());
                    std::_Exit(1);
                  }};
  if (auto started = tree.start(); !started)
    return complain(started.error());
  http_server http{config, tree.service()};
  if (auto listening = http.start("127.0.0.1", 0); !listening)
    return complain(listening.error());
  tell_port(directory, http.port());
  while (true)
    ::pause();
}

int serve_embedded(const fs::path& directory, const bench_world& world) {
  auto data
    = data_directory::open(directory / "data", data_directory::purpose::write);
  if (!data)
    return complain(data.error());
  auto factory = open_embedded_stores(*data);
  if (!factory)
    return complain(factory.error());
  {
    auto catalogue = (*factory)->open_catalogue();
    if (!catalogue)
      return complain(catalogue.error());
    if (auto put = (*catalogue)->put(world.content(), now_utc()); !put)
      return complain(put.error());
  }
  return serve_registrar(std::move(*factory), directory);
}

/// On the servers that tests/servers/run_with.py started. What is in them
/// stays.
int serve_production(const fs::path& directory, const bench_world& world) {
  auto address = redis_address::parse(std::getenv("REGISTRAR_TEST_REDIS"));
  if (!address)
    return complain(address.error());
  production_options options;
  options.redis.address = *address;
  options.redis.workers = settings{}.redis_workers;
  options.postgres.url = std::getenv("REGISTRAR_TEST_POSTGRES");
  {
    auto catalogue = open_production_catalogue(options);
    if (!catalogue)
      return complain(catalogue.error());
    if (auto put = (*catalogue)->put(world.content(), now_utc()); !put)
      return complain(put.error());
  }
  auto factory
    = open_production_stores(options, production_use::serve, "registrar_bench");
  if (!factory)
    return complain(factory.error());
  return serve_registrar(std::move(*factory), directory);
}

} // namespace

int serve_bench(const std::string& kind, const fs::path& directory,
                bench_world world) {
  if (kind != "front")
    start_logging("warn");
  if (kind == "floor")
    serve_floor(text_of(directory / "answer"),
                [&](unsigned port) { tell_port(directory, port); });
  if (kind == "memory")
    return serve_registrar(open_memory_stores(world.content()), directory);
  if (kind == "front") {
    start_logging("info");
    return serve_registrar(open_memory_stores(world.content()), directory,
                           with_all_middleware(directory));
  }
  if (kind == "production")
    return serve_production(directory, world);
  return serve_embedded(directory, world);
}

fallible<bench_server> bench_server::start(const std::string& kind,
                                           bench_world world,
                                           const std::string& answer) {
  auto pattern
    = (fs::temp_directory_path() / "registrar-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    return failure{ec::store_unusable, "No temporary directory can be made."};
  auto directory = fs::path{pattern};
  std::ofstream{directory / "answer", std::ios::binary} << answer;
  auto child = rehearsal::child_process::start(
    rehearsal::own_binary(),
    {"--serve", kind, "--directory", directory.string(), "--sections",
     std::to_string(world.sections), "--students",
     std::to_string(world.students)},
    directory / "output.log");
  if (!child)
    return child.error();
  bench_server result{directory, std::move(*child)};
  auto end = std::chrono::steady_clock::now() + start_time_max;
  while (!fs::exists(directory / "port")) {
    if (result.process_.exit_code() || std::chrono::steady_clock::now() > end)
      return failure{ec::dependency_unavailable,
                     "The " + kind + " server did not start: "
                       + text_of(directory / "output.log")};
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  result.where_.port
    = static_cast<std::uint16_t>(std::stoi(text_of(directory / "port")));
  result.where_.authority = "127.0.0.1:" + std::to_string(result.where_.port);
  return result;
}

bench_server::bench_server(bench_server&& other) noexcept
  : directory_(std::exchange(other.directory_, {})),
    process_(std::move(other.process_)), where_(std::move(other.where_)) {
}

bench_server::~bench_server() {
  if (directory_.empty())
    return;
  // Nothing is written any more once the process has ended.
  process_.signal(SIGKILL);
  process_.wait(start_time_max);
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

rehearsal::process_usage bench_server::usage() const {
  return rehearsal::usage_of(process_.id())
    .value_or(rehearsal::process_usage{});
}

std::string raw_answer(const rehearsal::target& to,
                       const std::string& request) {
  auto file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(to.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string result(16 * 1024, '\0');
  auto size = ssize_t{-1};
  if (::connect(file, reinterpret_cast<sockaddr*>(&address), sizeof address)
        == 0
      && ::send(file, request.data(), request.size(), MSG_NOSIGNAL) > 0)
    size = ::recv(file, result.data(), result.size(), 0);
  ::close(file);
  result.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return result;
}

} // namespace registrar::bench
