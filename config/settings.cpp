#include "config/settings.hpp"

#include "config/node_name.hpp"
#include "config/setting_table.hpp"
#include "config/settings_file.hpp"
#include "config/value_parser.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

namespace registrar {

namespace {

void take_over(loaded_settings& into, const setting& what,
               const given_value& given, const std::string& where) {
  auto fault = what.set(into.values, given);
  if (fault.empty())
    into.origins[std::string{what.name}] = where;
  else
    into.faults.push_back({where, std::string{what.name} + ": " + fault});
}

/// Faults come in the order of the file's lines.
void take_file(loaded_settings& into, const std::filesystem::path& file) {
  auto read = read_settings_file(file);
  auto where = [&](std::uint32_t line) {
    return file.string() + (line == 0 ? "" : ":" + std::to_string(line));
  };
  for (auto& given : read.values) {
    auto fault = given.what->set(into.values, given.value);
    if (fault.empty())
      into.origins[std::string{given.what->name}] = where(given.line);
    else
      read.faults.push_back(
        {given.line, std::string{given.what->name} + ": " + fault});
  }
  std::stable_sort(read.faults.begin(), read.faults.end(),
                   [](auto& a, auto& b) { return a.line < b.line; });
  for (auto& fault : read.faults)
    into.faults.push_back({where(fault.line), fault.what});
}

/// Variables that begin like ours but name no setting are slips.
void find_unknown_variables(loaded_settings& into) {
  std::vector<std::string> known;
  for (auto& what : setting_table())
    known.push_back(what.variable());
  for (auto** entry = environ; entry && *entry; ++entry) {
    auto text = std::string_view{*entry};
    auto name = std::string{text.substr(0, text.find('='))};
    auto is_slip = false;
    for (auto& what : setting_table()) {
      auto prefix = what.variable();
      prefix.resize(prefix.size() - what.key().size());
      if (name == what.variable()) {
        is_slip = false;
        break;
      }
      is_slip = is_slip || name.starts_with(prefix);
    }
    if (is_slip)
      into.faults.push_back(
        {name, "there is no such setting" + suggestion(name, known)});
  }
}

void take_environment(loaded_settings& into) {
  for (auto& what : setting_table()) {
    auto name = what.variable();
    if (auto* text = std::getenv(name.c_str()))
      take_over(into, what, std::string{text}, name);
  }
  find_unknown_variables(into);
}

void take_flags(loaded_settings& into, const setting_overrides& flags) {
  for (auto& [name, text] : flags) {
    auto* what = find_setting(name);
    if (what == nullptr)
      into.faults.push_back({name, "there is no such setting"});
    else
      take_over(into, *what, text,
                std::string{what->flag.empty() ? what->name : what->flag});
  }
}

/// What a node of a cluster needs beside its address.
void find_cluster_faults(loaded_settings& into) {
  const auto& x = into.values;
  auto fault = [&](const char* where, std::string what) {
    into.faults.push_back({where, std::move(what)});
  };
  auto lacks_file = false;
  auto has_file = false;
  const std::pair<const char*, const std::string*> files[]
    = {{"cluster.ca_file", &x.cluster_ca_file},
       {"cluster.certificate_file", &x.cluster_certificate_file},
       {"cluster.key_file", &x.cluster_key_file}};
  for (const auto& [name, file] : files)
    (file->empty() ? lacks_file : has_file) = true;
  if (has_file && lacks_file)
    for (const auto& [name, file] : files)
      if (file->empty())
        fault(name, "is missing; mutual TLS needs cluster.ca_file, "
                    "cluster.certificate_file and cluster.key_file");
  if (!is_clustered(x))
    return;
  if (x.redis_url.empty() && x.postgres_url.empty())
    fault("cluster.listen", "The embedded stores serve one process; a cluster "
                            "needs --redis and --postgres.");
  if (!has_file && !is_loopback(x.cluster_host))
    fault("cluster.listen",
          x.cluster_host
            + " is not loopback, where alone nodes can talk without mutual "
              "TLS; give cluster.ca_file, cluster.certificate_file and "
              "cluster.key_file");
  if (x.cluster_host == x.listen_host && x.cluster_port == x.listen_port)
    fault("cluster.listen",
          "is the address of server.listen; give one of the two another port");
  auto name = node_name_of(x);
  if (!is_node_name(name))
    fault("node.name", show_text(name) + " is no name for a node; give 1 to "
                         + std::to_string(node_name_max)
                         + " printable ASCII characters without spaces");
}

} // namespace

loaded_settings load_settings(const std::optional<std::filesystem::path>& file,
                              const setting_overrides& flags) {
  loaded_settings result;
  if (file)
    take_file(result, *file);
  take_environment(result);
  take_flags(result, flags);
  auto& x = result.values;
  if (!x.redis_sentinels.empty()
      && !result.origins.contains("redis.replicas_min"))
    x.redis_replicas_min = 1;
  if (x.redis_url.empty() != x.postgres_url.empty())
    result.faults.push_back(
      {x.redis_url.empty() ? "redis.url" : "postgres.url",
       "is missing; the production stores need Redis and PostgreSQL, the "
       "embedded ones neither"});
  if (x.auth == auth_mode::jwt && x.auth_hs256_secret_file.empty()
      && x.auth_public_key_file.empty() && x.auth_jwks_file.empty())
    result.faults.push_back(
      {"auth.mode", "is jwt, and there is no key to verify tokens with; give "
                    "auth.hs256_secret_file, auth.public_key_file or "
                    "auth.jwks_file"});
  if (!x.redis_sentinels.empty() && x.redis_url.empty())
    result.faults.push_back({"redis.sentinels",
                             "needs redis.url too, for the database, user and "
                             "password that the primary wants"});
  find_cluster_faults(result);
  return result;
}

std::vector<shown_setting> list_settings(const loaded_settings& loaded) {
  std::vector<shown_setting> result;
  for (auto& what : setting_table()) {
    auto origin = loaded.origins.find(std::string{what.name});
    result.push_back(
      {std::string{what.name}, what.show(loaded.values),
       std::string{what.comment},
       origin == loaded.origins.end() ? "default" : origin->second});
  }
  return result;
}

std::string to_toml(const loaded_settings& loaded) {
  std::string result;
  auto section = std::string{};
  for (auto& shown : list_settings(loaded)) {
    auto dot = shown.name.find('.');
    if (shown.name.substr(0, dot) != section) {
      result += (result.empty() ? "" : "\n");
      section = shown.name.substr(0, dot);
      result += "[" + section + "]\n";
    }
    result += "# " + shown.comment + ". From: " + shown.origin + ".\n";
    result += shown.name.substr(dot + 1) + " = " + shown.value + "\n";
  }
  return result;
}

} // namespace registrar
