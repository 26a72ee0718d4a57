#include "cli/rehearse_command.hpp"

#include "cli/rehearse/guest_setup.hpp"
#include "cli/rehearse/progress_line.hpp"
#include "cli/rehearse/rehearsal_report.hpp"
#include "cli/rehearse/shape.hpp"
#include "cli/server_token.hpp"

#include <CLI/CLI.hpp>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <random>

namespace registrar {

namespace {

using namespace rehearsal;

std::atomic<bool> interrupted{false};

extern "C" void on_interrupt(int) {
  interrupted = true;
}

/// The shape, or what is wrong with what was asked for.
fallible<std::unique_ptr<shape>> shape_of(const rehearse_options& options,
                                          std::uint64_t seed) {
  shape_options wanted{seed, options.sections, options.registrations};
  if (options.trace.empty())
    return make_shape(options.shape, wanted);
  auto text = read_text_file(options.trace);
  if (!text)
    return text.error();
  auto read = parse_trace(*text);
  for (auto& fault : read.faults)
    std::fprintf(stderr, "%s: %s\n", options.trace.c_str(), fault.c_str());
  if (!read.faults.empty() || read.rows.empty())
    return failure{
      ec::invalid_value,
      "The trace has "
        + (read.rows.empty() && read.faults.empty()
             ? std::string{"no rows"}
             : std::to_string(read.faults.size()) + " faults, listed above")
        + "; mend it and run this again."};
  return make_trace(std::move(read.rows), wanted);
}

std::string make_tag() {
  return uuid::random().to_string().substr(0, 8);
}

class rehearsal_run {
public:
  /// @param token of an admin; empty where nobody asks for one
  rehearsal_run(const rehearse_options& options, std::uint64_t seed,
                std::string token)
    : options_(options), token_(std::move(token)) {
    report_.name = options.trace.empty() ? options.shape
                                         : options.trace.filename().string();
    report_.seed = seed;
    load_.connections = options.connections;
    load_.rate = options.rate;
  }

  /// Everything up to the verdict.
  fallible<rehearsal_report> run(shape& day) {
    auto done = options_.url.empty() ? with_own_server(day) : as_guest(day);
    progress_.end();
    if (!done)
      return done.error();
    return std::move(report_);
  }

private:
  fallible<done> with_own_server(shape& day) {
    own_server_options wanted{
      own_binary(), {}, {"--log-level", "warn"}, options_.keeps_files};
    auto& flags = options_.common.flags;
    if (auto level = flags.find("log.level"); level != flags.end())
      wanted.flags.back() = level->second;
    if (auto dir = flags.find("storage.data_dir"); dir != flags.end())
      wanted.data_dir = dir->second;
    for (auto [name, flag] : {std::pair{"redis.url", "--redis"},
                              std::pair{"postgres.url", "--postgres"}})
      if (auto url = flags.find(name); url != flags.end())
        wanted.flags.insert(wanted.flags.end(), {flag, url->second});
    if (options_.common.config)
      wanted.flags.insert(wanted.flags.end(),
                          {"--config", options_.common.config->string()});
    // Shared stores keep what former rehearsals left in them.
    auto is_shared = flags.contains("redis.url");
    auto tag = is_shared ? make_tag() : "own";
    auto where = is_shared ? name_guest_world(day.plan(), tag)
                           : name_own_world(day.plan());
    auto server = own_server::start(wanted, is_shared ? nullptr : &where);
    if (!server)
      return server.error();
    auto to = server->where();
    to.bearer = token_;
    if (is_shared)
      if (auto made = make_world(to, where); !made)
        return made;
    if (options_.keeps_files)
      std::fprintf(stderr, "The rehearsal's files stay in %s\n",
                   server->directory().c_str());
    if (auto played
        = play(day, where, to, tag, [&] { return server->usage(); });
        !played)
      return played;
    if (auto stopped = server->stop(); !stopped)
      return stopped;
    auto differences = server->verify();
    if (!differences)
      return differences.error();
    report_.is_verified = differences->empty();
    if (!differences->empty())
      report_.violations.push_back({"verify", *differences});
    return done{};
  }

  fallible<done> as_guest(shape& day) {
    auto to = target_of(options_.url);
    if (!to)
      return to.error();
    to->bearer = token_;
    auto tag = make_tag();
    auto where = name_guest_world(day.plan(), tag);
    if (auto made = make_world(*to, where); !made)
      return made;
    return play(day, where, *to, tag, {});
  }

  fallible<done> make_world(const target& to, const world& where) {
    return create_world(to, load_, where, [this](auto& so_far, auto total) {
      return show("set up", so_far, total);
    });
  }

  fallible<done> play(shape& day, const world& where, const target& to,
                      const std::string& tag,
                      std::function<std::optional<process_usage>()> usage) {
    stage on{to, load_, where, "rehearsal-" + tag,
             [this](auto& phase, auto& so_far, auto total) {
               return show(phase, so_far, total);
             }};
    on.usage = std::move(usage);
    day.prepare(where);
    if (auto played = day.play(on); !played)
      return played;
    report_.phases = std::move(on.phases);
    report_.violations = std::move(on.violations);
    return done{};
  }

  bool show(const std::string& phase, const load_report& so_far,
            std::size_t total) {
    progress_.show(phase, so_far, total);
    return !interrupted;
  }

  const rehearse_options& options_;
  const std::string token_;
  driver_options load_;
  progress_line progress_;
  rehearsal_report report_;
};

} // namespace

int run_rehearse(const rehearse_options& options) {
  if (options.shape.empty() == options.trace.empty())
    return could_not_run("Give either --shape NAME or --trace FILE.");
  auto seed = options.seed ? *options.seed : std::random_device{}();
  auto day = shape_of(options, seed);
  if (!day)
    return could_not_run(day.error().detail);
  auto config = settings_of(options.common);
  if (!config)
    return exit_could_not_run;
  auto as = bearer_for_server(*config, role::admin);
  if (!as)
    return could_not_run(as.error().detail);
  // Ends the load, so that the server is stopped and its files are removed.
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  auto report = rehearsal_run{options, seed, std::move(as->token)}.run(**day);
  if (!report)
    return could_not_run(report.error().detail);
  auto text = options.common.json ? to_json(*report) : to_text(*report);
  std::fputs(text.c_str(), stdout);
  return report->violations.empty() ? exit_done : exit_answer_is_no;
}

void add_rehearse(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<rehearse_options>();
  auto& command = add_command(
    app, "rehearse",
    "Play a day of registration over HTTP and check every promise",
    "  registrar rehearse --shape homework\n"
    "  registrar rehearse --shape hot-section --rate 5000\n"
    "  registrar rehearse --shape scale --sections 4000 --registrations "
    "400000\n"
    "  registrar rehearse --trace trace.tsv.gz --seed 7 --json\n"
    "  registrar rehearse --shape drop-storm --url http://127.0.0.1:8080\n"
    "  registrar rehearse --shape homework --redis redis://... --postgres "
    "postgresql://...");
  command
    .add_option("--shape", options->shape,
                "homework: 8,200 students, 320 sections; hot-section: 10,000 "
                "students, one section; drop-storm: everybody leaves a full "
                "section; scale: cost and memory as both grow")
    ->check(CLI::IsMember(shape_names()))
    ->type_name("NAME");
  command
    .add_option("--trace", options->trace,
                "Replay a recorded day: time, course, section, enrolled, "
                "waitlisted, capacity, separated by tabs")
    ->type_name("FILE.tsv[.gz]");
  command
    .add_option("--url", options->url,
                "Use this server, with a semester and students of its own; "
                "else a server is started for the rehearsal alone")
    ->type_name("http://HOST:PORT");
  command
    .add_option("--connections", options->connections,
                "Keep-alive connections (default: 64)")
    ->check(CLI::Range(3, 10'000))
    ->type_name("N");
  command
    .add_option("--rate", options->rate,
                "Requests per second, whatever the server does; latency counts "
                "from when each was due (default: as many as are answered)")
    ->check(CLI::Range(0.1, 10'000'000.0))
    ->type_name("R");
  command
    .add_option("--sections", options->sections,
                "scale: sections at the end (default: 2000)")
    ->check(CLI::Range(8, 100'000))
    ->type_name("N");
  command
    .add_option("--registrations", options->registrations,
                "scale: registrations at the end (default: 100000)")
    ->check(CLI::Range(8, 10'000'000))
    ->type_name("M");
  command
    .add_option("--seed", options->seed,
                "Repeat a rehearsal (default: random; a failed one says it)")
    ->type_name("N");
  command.add_flag("--keep", options->keeps_files,
                   "Leave the own server's files where they are");
  add_common_options(command, options->common);
  command.callback(
    [options, &exit_code] { exit_code = run_rehearse(*options); });
}

} // namespace registrar
