#include "cli/cluster_command.hpp"

#include "cli/cluster_report.hpp"
#include "cli/http_client.hpp"
#include "cli/running_server.hpp"
#include "cli/server_token.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace registrar {

namespace {

using json = nlohmann::json;

constexpr auto cluster_path = "/api/v1/ops/cluster";

fallible<std::unique_ptr<http_client>>
client_for(const settings& config, const std::string& given_url) {
  auto url = given_url.empty() ? url_of_running_server(config)
                               : fallible<std::string>{given_url};
  if (!url)
    return url.error();
  if (url->empty())
    return failure{ec::not_found, "No server is running on these stores; start "
                                  "one, or give --url."};
  auto as = bearer_for_server(config, role::operations);
  if (!as)
    return as.error();
  return std::make_unique<http_client>(*url, *as);
}

/// What a node answered.
struct cluster_answer {
  std::string text;
  json document;
};

fallible<cluster_answer> answer_in(fallible<http_client::answer> got) {
  if (!got)
    return got.error();
  auto document = json::parse(got->body, nullptr, false);
  if (!document.is_object())
    return failure{ec::dependency_unavailable,
                   "The server answered no JSON; is it a registrar?"};
  if (got->status != 200)
    return failure{ec::dependency_unavailable,
                   text_in(document, "detail", "The server refused it.")};
  return cluster_answer{std::move(got->body), std::move(document)};
}

/// Asks with `ask`, and prints what came of it as the server wrote it or, by
/// `print`, for people.
template <class Ask, class Print>
int run(const cluster_options& options, Ask ask, Print print) {
  auto config = settings_of(options.common);
  if (!config)
    return exit_could_not_run;
  auto client = client_for(*config, options.url);
  if (!client)
    return could_not_run(client.error().detail);
  auto answer = answer_in(ask(**client));
  if (!answer)
    return could_not_run(answer.error().detail);
  if (options.common.json)
    std::puts(answer->text.c_str());
  return print(answer->document);
}

/// @param path_end `/drain`
/// @param sentence what happens now
int act(const cluster_options& options, const char* path_end, json body,
        const std::string& sentence) {
  body["reason"] = options.reason;
  return run(
    options,
    [&](http_client& client) {
      return client.post(std::string{cluster_path} + path_end, body.dump());
    },
    [&](const json& answer) {
      if (!options.common.json)
        std::printf("%s%s See registrar cluster status.\n", sentence.c_str(),
                    text_in(answer, "audit", "") == "pending"
                      ? " Its row in the audit log waits for SQL."
                      : "");
      return int{exit_done};
    });
}

} // namespace

int run_cluster_status(const cluster_options& options) {
  return run(
    options, [](http_client& client) { return client.get(cluster_path); },
    [&](const json& state) {
      if (!options.common.json)
        std::fputs(cluster_report(state).c_str(), stdout);
      return is_whole(state) ? int{exit_done} : int{exit_answer_is_no};
    });
}

int run_cluster_drain(const cluster_options& options) {
  return act(options, "/drain", {{"node", options.node}},
             options.node
               + " is drained: it serves on, and its partitions move to the "
                 "others within seconds.");
}

int run_cluster_undrain(const cluster_options& options) {
  return act(options, "/undrain", {{"node", options.node}},
             options.node
               + " is taken back: it gets its share of the partitions within "
                 "seconds.");
}

int run_cluster_rebalance(const cluster_options& options) {
  return act(options, "/rebalance", json::object(),
             "Every node that lives gets its share of the partitions within "
             "seconds, drained ones too.");
}

void add_cluster(CLI::App& app, int& exit_code) {
  auto& command = add_command(
    app, "cluster", "The nodes that share a ledger, and who owns what",
    "  registrar cluster status\n"
    "  registrar cluster status --url http://10.0.0.7:8080 --json\n"
    "  registrar cluster status --redis redis://... --postgres "
    "postgresql://...\n"
    "  registrar cluster drain north --reason 'a new disk'\n"
    "  registrar cluster undrain north --reason 'the disk is in'\n"
    "  registrar cluster rebalance --reason 'two nodes have come'\n"
    "  REGISTRAR_TOKEN=$(cat token) registrar cluster status --url "
    "http://10.0.0.7:8080");
  command.require_subcommand(1);
  auto add = [&](const char* name, const char* description,
                 int (*run)(const cluster_options&)) -> auto& {
    auto options = std::make_shared<cluster_options>();
    auto& part = *command.add_subcommand(name, description);
    part
      .add_option("--url", options->url,
                  "Any running node; by default one that holds the stores")
      ->type_name("http://HOST:PORT");
    add_common_options(part, options->common);
    part.callback([options, run, &exit_code] { exit_code = run(*options); });
    return *options;
  };
  auto ask_why = [&](const char* name, cluster_options& options) {
    command.get_subcommand(name)
      ->add_option("--reason", options.reason,
                   "Why; the audit log keeps it with who did it")
      ->type_name("TEXT")
      ->required();
  };
  auto name_node = [&](const char* name, cluster_options& options) {
    command.get_subcommand(name)
      ->add_option("node", options.node, "As cluster status shows it")
      ->type_name("NODE")
      ->required();
    ask_why(name, options);
  };
  add("status", "Show nodes and partitions; exit 1 where something is lost",
      run_cluster_status);
  name_node("drain", add("drain", "Take a node's partitions away; it serves on",
                         run_cluster_drain));
  name_node("undrain", add("undrain", "Let a drained node own partitions again",
                           run_cluster_undrain));
  ask_why("rebalance",
          add("rebalance", "Give every node its share, drained ones too",
              run_cluster_rebalance));
}

} // namespace registrar
