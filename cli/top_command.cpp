#include "cli/top_command.hpp"

#include "cli/running_server.hpp"
#include "cli/server_source.hpp"
#include "cli/server_token.hpp"
#include "cli/top/renderer.hpp"
#include "cli/top/screen.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <sys/ioctl.h>
#include <thread>
#include <unistd.h>

namespace registrar {

namespace {

std::vector<std::string> words_of(std::span<const char* const> words) {
  return {words.begin(), words.end()};
}

/// @pre the word is one of them.
std::size_t index_in(std::span<const char* const> words,
                     const std::string& word) {
  return static_cast<std::size_t>(std::find(words.begin(), words.end(), word)
                                  - words.begin());
}

double seconds_of(std::chrono::duration<double> span) {
  return span.count();
}

/// Columns of the terminal that is printed to, if it is one.
std::size_t columns_to_print() {
  winsize now{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &now) == 0 && now.ws_col > 0)
    return now.ws_col;
  return limits::top_columns_printed;
}

bool is_on_terminal() {
  return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

top::view_state first_state(const top_options& options, bool is_printed) {
  top::view_state result;
  sort_by(result, static_cast<top::actor_sort>(
                    index_in(top::sort_words(), options.sort)));
  result.kinds
    = static_cast<top::actor_kinds>(index_in(top::kind_words(), options.kind));
  result.filter = top::cleaned(options.filter);
  if (options.limit > 0)
    result.limit = options.limit;
  else if (is_printed)
    result.limit = limits::top_actors_printed;
  if (is_printed)
    result.size.columns = columns_to_print();
  return result;
}

void print(const top_options& options, const top::documents& seen,
           const top::view_state& state) {
  if (options.common.json)
    std::printf("{\"overview\":%s,\"actors\":%s}\n", seen.overview.text.c_str(),
                seen.actors.text.c_str());
  else
    std::fputs(picture(seen, state, std::chrono::system_clock::now()).c_str(),
               stdout);
}

/// Asks for what the chosen view shows. @return why it is not there, or empty
std::string look_or_say(top::document_source& source,
                        const top::view_state& state, top::documents& seen) {
  look(source, question_of(state), seen);
  return seen.is_gone() ? seen.failure : seen.actors.problem;
}

int run_on(top::document_source& source, const top_options& options) {
  auto is_printed = options.is_once || options.common.json || !is_on_terminal();
  auto state = first_state(options, is_printed);
  auto interval = std::chrono::milliseconds{
    static_cast<std::int64_t>(options.interval_s * 1000)};
  top::documents seen;
  if (auto why = look_or_say(source, state, seen); !why.empty())
    return could_not_run(why);
  if (!is_printed) {
    auto shown = run_screen(source, state, std::move(seen), interval);
    return shown ? int{exit_done} : could_not_run(shown.error().detail);
  }
  // Rates are between two looks.
  std::this_thread::sleep_for(interval);
  if (auto why = look_or_say(source, state, seen); !why.empty())
    return could_not_run(why);
  print(options, seen, state);
  return exit_done;
}

} // namespace

int run_top(const top_options& options) {
  auto config = settings_of(options.common);
  if (!config)
    return exit_could_not_run;
  auto url = options.url.empty() ? url_of_running_server(*config)
                                 : fallible<std::string>{options.url};
  if (!url)
    return could_not_run(url.error().detail);
  if (url->empty())
    return could_not_run("No server is running on these stores; start it, or "
                         "give --url.");
  server_source source{
    *url, [&config] { return bearer_for_server(*config, role::operations); },
    limits::top_patience};
  return run_on(source, options);
}

void add_top(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<top_options>();
  auto& command = add_command(
    app, "top", "Watch the running service, its actors and its journal",
    "  registrar top\n"
    "  registrar top --url http://127.0.0.1:8080 --sort depth\n"
    "  registrar top --filter 'CSE 101' --kind section\n"
    "  registrar top --once --limit 50 > now.txt\n"
    "  registrar top --json | jq .overview.rates\n"
    "  REGISTRAR_TOKEN=$(cat token) registrar top --url http://10.0.0.7:8080");
  command
    .add_option("--url", options->url,
                "The running server; by default the one that holds the stores")
    ->type_name("http://HOST:PORT");
  command
    .add_option("--interval", options->interval_s,
                "Seconds between two looks, 0.5 to 4 (default: 1)")
    ->check(CLI::Range(seconds_of(limits::top_interval_min),
                       seconds_of(limits::top_interval_max)))
    ->type_name("SECONDS");
  command
    .add_option("--sort", options->sort,
                "messages, busy, depth, wait, restarts, name or state; s and S "
                "change it")
    ->check(CLI::IsMember(words_of(top::sort_words())))
    ->type_name("FIGURE");
  command
    .add_option("--filter", options->filter,
                "Only actors with this in their name or course")
    ->check(
      [](const std::string& given) {
        return given.size() <= limits::top_filter_bytes_max
                 ? std::string{}
                 : "has more than "
                     + std::to_string(limits::top_filter_bytes_max) + " bytes";
      },
      "")
    ->type_name("TEXT");
  command.add_option("--kind", options->kind, "all, section or system")
    ->check(CLI::IsMember(words_of(top::kind_words())))
    ->type_name("KIND");
  command
    .add_option("--limit", options->limit,
                "The most actors (default: what the screen needs, 20 with "
                "--once)")
    ->check(CLI::Range(1u, limits::actors_listed_max))
    ->type_name("N");
  command.add_flag(
    "--once", options->is_once,
    "Print one picture and end; also where there is no terminal");
  add_common_options(command, options->common);
  command.callback([options, &exit_code] { exit_code = run_top(*options); });
}

} // namespace registrar
