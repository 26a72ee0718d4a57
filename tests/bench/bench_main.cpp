#include "cli/rehearse/rehearsal_report.hpp"
#include "cli/rehearse/request_text.hpp"
#include "tests/bench/bench_load.hpp"
#include "tests/bench/bench_server.hpp"
#include "tests/bench/production_figures.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>

namespace {

using namespace registrar;
using namespace registrar::bench;
using rehearsal::drive;

struct bench_options {
  std::string serve;
  std::string directory;
  bench_world world;
  double seconds = 5;
  std::size_t connections = 64;
  std::vector<std::string> only;
};

/// What is measured: a server, and what requests bear.
struct contender {
  const char* name;
  const char* server;
  request_style style;
};

/// What of a measurement others are compared with.
struct measured {
  double per_second = 0;
  /// Microseconds of the server for each request.
  double cpu = 0;
};

constexpr contender contenders[] = {
  {"http_floor", "floor", {}},
  {"register_memory", "memory", {}},
  {"register_memory+keys", "memory", {true, false}},
  {"middleware", "front", {false, true}},
  {"register_embedded", "embedded", {}},
  {"register_embedded+keys", "embedded", {true, false}},
  {"register_redis_pg", "production", {}},
  {"register_redis_pg+keys", "production", {true, false}},
};

/// Used up before anything is measured: caches, pages, started sections.
constexpr auto warm_up_share = 0.2;

/// Idle sections whose memory is measured, after so many that warm up.
constexpr auto idle_sections = std::uint32_t{20'000};
constexpr auto idle_warm_up = std::uint32_t{2'000};

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "registrar_bench: %s\n", why.c_str());
  std::exit(2);
}

template <class T>
T sure(fallible<T> result) {
  if (!result)
    give_up(result.error().detail);
  return std::move(*result);
}

std::chrono::nanoseconds own_cpu() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  auto of = [](const timeval& x) {
    return std::chrono::seconds{x.tv_sec}
           + std::chrono::microseconds{x.tv_usec};
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

/// Runs one load on one server, after `used` requests; all must get a seat.
rehearsal::load_report run_load(const bench_options& options,
                                const bench_server& server, request_style style,
                                double rate, double seconds,
                                std::uint64_t& used) {
  rehearsal::driver_options how;
  how.connections = options.connections;
  how.rate = rate;
  how.time_max
    = std::chrono::nanoseconds{static_cast<std::int64_t>(seconds * 1e9)};
  bench_load load{options.world, server.where().authority, style, used};
  auto report = sure(drive(server.where(), how, load, {}));
  used = load.used();
  if (load.wrong() > 0 || report.answered == 0)
    give_up(std::to_string(load.wrong())
            + " answers were no seat: " + load.first_wrong());
  if (used >= load.total())
    give_up("All pairs are used up; give more --students.");
  return report;
}

double micros_each(std::chrono::nanoseconds span, std::uint64_t count) {
  return std::chrono::duration<double, std::micro>{span}.count()
         / static_cast<double>(std::max<std::uint64_t>(count, 1));
}

/// What the parts of a production server did for `answered` requests.
void print_production(const bench_server& server,
                      const production_figures& before,
                      std::uint64_t answered) {
  auto lag = wait_for_sync(server.where());
  // PostgreSQL's counts come once a second.
  std::this_thread::sleep_for(std::chrono::milliseconds{1'500});
  auto after = read_production_figures();
  auto per_thousand = [&](std::uint64_t x, std::uint64_t y) {
    return 1'000.0 * static_cast<double>(y - x)
           / static_cast<double>(std::max<std::uint64_t>(answered, 1));
  };
  std::printf(
    "  per 1,000 registrations: %.0f Redis round trips, %.0f script calls, "
    "%.1f SQL transactions\n"
    "  cpu: Redis %.1f us, PostgreSQL %.1f us each; SQL had all %s\n",
    per_thousand(before.redis_reads, after.redis_reads),
    per_thousand(before.redis_scripts, after.redis_scripts),
    per_thousand(before.sql_transactions, after.sql_transactions),
    micros_each(after.redis_cpu - before.redis_cpu, answered),
    micros_each(after.postgres_cpu - before.postgres_cpu, answered),
    lag ? (std::to_string(lag->count()) + " ms after the load").c_str()
        : "not within a minute");
}

/// Measures one contender and prints its line.
measured measure(const bench_options& options, const contender& who,
                 const std::string& answer, double floor) {
  auto server = sure(bench_server::start(who.server, options.world, answer));
  // The production stores keep what former measurements put there.
  static std::uint64_t used_in_production = 0;
  auto is_production = std::string{who.server} == "production";
  auto used = is_production ? used_in_production : 0;
  run_load(options, server, who.style, 0, options.seconds * warm_up_share,
           used);
  auto figures
    = is_production ? read_production_figures() : production_figures{};
  auto server_before = server.usage().cpu;
  auto own_before = own_cpu();
  auto most = run_load(options, server, who.style, 0, options.seconds, used);
  auto own = micros_each(own_cpu() - own_before, most.answered);
  auto theirs = micros_each(server.usage().cpu - server_before, most.answered);
  auto half = run_load(options, server, who.style, most.per_second() / 2,
                       options.seconds, used);
  auto ratio = floor > 0 ? most.per_second() / floor : 1.0;
  std::printf("%-24s %9.0f/s %7.2f %10s %10s %10s %8.1f us %8.1f us\n",
              who.name, most.per_second(), ratio,
              rehearsal::to_text(most.latency.percentile(0.99)).c_str(),
              rehearsal::to_text(half.latency.percentile(0.5)).c_str(),
              rehearsal::to_text(half.latency.percentile(0.99)).c_str(), theirs,
              own);
  if (is_production) {
    print_production(server, figures, most.answered + half.answered);
    used_in_production = used;
  }
  std::fflush(stdout);
  return {most.per_second(), theirs};
}

/// What all middleware costs, beside none of what is off by default.
void print_middleware(const measured& with, const measured& without) {
  if (without.per_second <= 0)
    return;
  std::printf("  all middleware: %.2f of register_memory's rate, %+.1f us of "
              "server cpu for each request\n",
              with.per_second / without.per_second, with.cpu - without.cpu);
}

/// The bytes of one answer to a registration, for the floor to repeat.
std::string register_answer(const bench_options& options) {
  auto server = sure(bench_server::start("memory", options.world, ""));
  std::string request;
  auto section = bench_world::section(0);
  rehearsal::write_registration(request, server.where().authority,
                                route::register_sections,
                                bench_world::student(0), {&section, 1}, "");
  auto result = raw_answer(server.where(), request);
  if (!result.starts_with("HTTP/1.1 200 "))
    give_up("The first registration was answered " + result);
  return result;
}

void measure_idle_sections(const bench_options& options) {
  bench_world world{idle_sections + idle_warm_up, 1};
  auto server = sure(bench_server::start("embedded", world, ""));
  rehearsal::driver_options how;
  how.connections = options.connections;
  auto touch = [&](std::uint32_t from, std::uint32_t to) {
    touch_load load{server.where().authority, from, to};
    sure(drive(server.where(), how, load, {}));
    if (load.touched() != to - from)
      give_up("Not every section was started.");
    return server.usage().resident_bytes;
  };
  auto before = touch(0, idle_warm_up);
  auto after = touch(idle_warm_up, idle_warm_up + idle_sections);
  std::printf("\nbytes per idle section: %.0f (%u sections started)\n",
              static_cast<double>(after - std::min(before, after))
                / idle_sections,
              idle_sections);
}

bool is_wanted(const bench_options& options, const std::string& name) {
  return options.only.empty()
         || std::find(options.only.begin(), options.only.end(), name)
              != options.only.end();
}

int run_bench(const bench_options& options) {
  std::printf("%zu connections, one section per request, %.1f s each; all "
              "ratios within this run\n\n%-24s %11s %7s %10s %10s %10s %11s "
              "%11s\n",
              options.connections, options.seconds, "", "most", "ratio",
              "p99 most", "p50 half", "p99 half", "server cpu", "load cpu");
  auto answer = register_answer(options);
  auto floor = 0.0;
  measured memory;
  for (auto& who : contenders) {
    // The floor is what the others are compared with.
    auto is_floor = std::string{who.server} == "floor";
    if (!is_floor && !is_wanted(options, who.name))
      continue;
    if (std::string{who.server} == "production" && !has_production_servers()) {
      std::printf(
        "%-24s needs tests/servers/run_with.py redis postgres -- ...\n",
        who.name);
      continue;
    }
    auto found = measure(options, who, answer, floor);
    if (is_floor)
      floor = found.per_second;
    else if (who.name == std::string{"register_memory"})
      memory = found;
    else if (who.name == std::string{"middleware"})
      print_middleware(found, memory);
  }
  if (is_wanted(options, "idle_section"))
    measure_idle_sections(options);
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  bench_options options;
  CLI::App app{"Measures the service as ratios to a constant answer.",
               "registrar_bench"};
  app.add_option("--seconds", options.seconds, "Length of each measurement")
    ->check(CLI::Range(0.1, 600.0));
  app
    .add_option("--connections", options.connections, "Keep-alive connections")
    ->check(CLI::Range(1, 10'000));
  app.add_option("--sections", options.world.sections, "Sections in use");
  app.add_option("--students", options.world.students,
                 "Students; each takes "
                 "every section once");
  app.add_option(
    "--only", options.only,
    "register_memory, register_memory+keys, middleware, register_embedded, "
    "register_embedded+keys, register_redis_pg, "
    "register_redis_pg+keys, idle_section");
  app.add_option("--serve", options.serve, "Serve instead (used by itself)");
  app.add_option("--directory", options.directory, "With --serve: data");
  CLI11_PARSE(app, argc, argv);
  try {
    return options.serve.empty()
             ? run_bench(options)
             : serve_bench(options.serve, options.directory, options.world);
  } catch (const std::exception& unexpected) {
    give_up(unexpected.what());
  }
}
