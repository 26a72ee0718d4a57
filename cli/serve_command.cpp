#include "cli/serve_command.hpp"

#include "actors/system.hpp"
#include "cli/chosen_stores.hpp"
#include "cli/cluster_files.hpp"
#include "cli/service_manager.hpp"
#include "cli/stop_signal.hpp"
#include "cli/tls_error_queue.hpp"
#include "config/limits.hpp"
#include "config/logging.hpp"
#include "config/value_parser.hpp"
#include "http/auth/authenticator.hpp"
#include "http/server.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>

namespace registrar {

namespace {

std::string url_of(const std::string& host, std::uint16_t port) {
  return "http://" + show_place(host, port);
}

/// Why the top of the tree gave up, from whichever thread says it.
class last_words {
public:
  void say(failure why) {
    std::lock_guard guard{mutex_};
    why_ = std::move(why);
  }

  failure get() const {
    std::lock_guard guard{mutex_};
    return why_;
  }

private:
  mutable std::mutex mutex_;
  failure why_;
};

/// How the service ended; `sentence` says why, where that is not in order.
struct ending {
  int exit_code = exit_done;
  std::string sentence;
};

ending could_not_start(const failure& why) {
  if (why.code == ec::store_corrupt)
    return {exit_could_not_run, why.detail
                                  + " `registrar verify` names what differs; "
                                    "restore the files from a copy."};
  return {exit_could_not_run, why.detail};
}

/// Serves on as not ready, for load balancers to see it.
void drain(http_server& http, std::chrono::milliseconds delay) {
  log_info("service-drains", "service is not ready any more and stops in {} ms",
           delay.count());
  http.drain();
  std::this_thread::sleep_for(delay);
}

ending serve(const settings& config, stop_signal& stop) {
  auto stores = open_chosen_stores(config);
  if (!stores)
    return could_not_start(stores.error());
  // The actors' TLS is CAF's, which makes its contexts itself.
  separate_tls_errors();
  last_words gave_up;
  actor_tree tree{config, stores->factory, [&](failure why) {
                    gave_up.say(std::move(why));
                    stop.raise();
                  }};
  if (auto started = tree.start(); !started)
    return could_not_start(started.error());
  http_server http{config, tree.service()};
  auto listening = http.start(config.listen_host, config.listen_port);
  if (!listening) {
    tree.stop();
    return {exit_could_not_run, listening.error().detail};
  }
  auto url = url_of(config.listen_host, http.port());
  stores->announce(url);
  std::printf("Registrar serves on %s with its data in %s\n", url.c_str(),
              stores->where.c_str());
  std::fflush(stdout);
  service_manager manager{manager_address::from_environment()};
  manager.watch("Serves on " + url, [&](auto answer) {
    http.walk_threads([&tree, answer = std::move(answer)] {
      tree.service().status(true, answer);
    });
  });
  stop.wait();
  manager.stopping();
  if (config.drain_delay.count() > 0 && gave_up.get().code == ec::none)
    drain(http, config.drain_delay);
  if (gave_up.get().code == ec::none)
    tree.hand_over();
  log_info("service-stops", "service stops: requests in flight finish");
  http.stop(limits::stop_time_max - limits::drain_time_max
            - config.drain_delay);
  auto left = tree.stop();
  if (left > 0)
    log_warn("drain-unfinished",
             "SQL lacks {} entries; the journal keeps them for the next start",
             left);
  auto why = gave_up.get();
  if (why.code == ec::none)
    return {};
  return {exit_answer_is_no, why.detail};
}

/// Why nobody or everybody would be let in, or nothing.
failure fault_of_access(const settings& config) {
  if (config.auth == auth_mode::jwt) {
    auto checked = authenticator::check(config);
    return checked ? failure{} : checked.error();
  }
  if (is_loopback(config.listen_host))
    return {};
  return {ec::invalid_value,
          "Without authentication the service listens on loopback only; use "
          "--listen 127.0.0.1:"
            + std::to_string(config.listen_port)
            + ", or set auth.mode to jwt."};
}

} // namespace

int run_serve(const common_options& options) {
  auto config = settings_of(options);
  if (!config)
    return exit_could_not_run;
  if (auto fault = fault_of_access(*config); fault.code != ec::none)
    return could_not_run(fault.detail);
  if (auto fault = fault_of_cluster_files(*config); fault.code != ec::none)
    return could_not_run(fault.detail);
  stop_signal stop;
  start_logging(config->log_level,
                options.json ? log_format::json : log_format::text);
  auto [exit_code, sentence] = serve(*config, stop);
  // The sentence comes last, after all that was logged.
  stop_logging();
  if (!sentence.empty())
    std::fprintf(stderr, "registrar: %s\n", sentence.c_str());
  return exit_code;
}

void add_serve(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<common_options>();
  auto& command
    = add_command(app, "serve", "Run the service",
                  "  registrar serve\n"
                  "  registrar serve --listen 127.0.0.1:8080 --data-dir data\n"
                  "  registrar serve --redis redis://127.0.0.1:6379/0 "
                  "--postgres postgresql://registrar@127.0.0.1/registrar\n"
                  "  registrar serve --config registrar.toml --node n1 "
                  "--cluster-listen 127.0.0.1:9090");
  add_common_options(command, *options);
  add_setting_flag(command, *options, "--listen", "HOST:PORT", "server.listen",
                   "Address to serve on; port 0 takes a free one "
                   "(default: 127.0.0.1:8080)");
  add_setting_flag(command, *options, "--node", "NAME", "node.name",
                   "Name as holder of the ledger and as node of a cluster "
                   "(default: HOST:PORT)");
  add_setting_flag(command, *options, "--cluster-listen", "HOST:PORT",
                   "cluster.listen",
                   "Share the ledger with other servers, which reach this one "
                   "there; other addresses than loopback need "
                   "cluster.ca_file, cluster.certificate_file and "
                   "cluster.key_file");
  command.callback([options, &exit_code] { exit_code = run_serve(*options); });
}

} // namespace registrar
