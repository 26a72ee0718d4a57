#include "config/setting_table.hpp"
#include "config/settings.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include <unistd.h>

using namespace registrar;

namespace {

/// A configuration file that goes away.
class config_file {
public:
  explicit config_file(const std::string& text)
    : path_(std::filesystem::temp_directory_path()
            / ("registrar-config-" + std::to_string(::getpid()) + ".toml")) {
    std::ofstream{path_} << text;
  }

  ~config_file() {
    std::filesystem::remove(path_);
  }

  const std::filesystem::path& path() const {
    return path_;
  }

private:
  std::filesystem::path path_;
};

/// A variable of the environment, as long as this lives.
class variable {
public:
  variable(std::string name, const std::string& value)
    : name_(std::move(name)) {
    ::setenv(name_.c_str(), value.c_str(), 1);
  }

  ~variable() {
    ::unsetenv(name_.c_str());
  }

private:
  std::string name_;
};

} // namespace

TEST_CASE("without anything given, every setting is its default") {
  auto loaded = load_settings(std::nullopt, {});
  CHECK(loaded.faults.empty());
  CHECK(loaded.origins.empty());
  CHECK(loaded.values.listen_port == 8080);
  CHECK(loaded.values.listen_host == "127.0.0.1");
}

TEST_CASE("flags beat the environment, which beats the file") {
  config_file file{"[server]\nlisten = \"127.0.0.1:1\"\nio_threads = 2\n"
                   "[log]\nlevel = \"warn\"\n"};
  variable listen{"REGISTRAR_SERVER_LISTEN", "127.0.0.1:2"};
  variable level{"REGISTRAR_LOG_LEVEL", "error"};
  auto loaded = load_settings(file.path(), {{"server.listen", "127.0.0.1:3"}});
  REQUIRE(loaded.faults.empty());
  CHECK(loaded.values.listen_port == 3);
  CHECK(loaded.values.log_level == "error");
  CHECK(loaded.values.io_threads == 2);
  CHECK(loaded.origins["server.listen"] == "--listen");
  CHECK(loaded.origins["log.level"] == "REGISTRAR_LOG_LEVEL");
  CHECK(loaded.origins["server.io_threads"] == file.path().string() + ":3");
}

TEST_CASE("all faults come at once, each with its line") {
  config_file file{"[server]\nlissten = \"x\"\nio_threads = 0\n[storag]\n"
                   "[limits]\nidle_time_max = 1979-05-27\n"
                   "[log]\naccess = \"yes\"\n"};
  variable slip{"REGISTRAR_LOG_LEVELS", "info"};
  auto loaded = load_settings(file.path(), {{"server.listen", "nowhere"}});
  auto name = file.path().string();
  std::vector<std::string> places;
  for (auto& fault : loaded.faults)
    places.push_back(fault.where);
  CHECK(places
        == std::vector<std::string>{name + ":2", name + ":3", name + ":4",
                                    name + ":6", name + ":8",
                                    "REGISTRAR_LOG_LEVELS", "--listen"});
  REQUIRE(!loaded.faults.empty());
  CHECK(loaded.faults[0].what.find("did you mean listen?")
        != std::string::npos);
}

TEST_CASE("what is no TOML is said with its line") {
  config_file file{"[server]\nlisten = \n"};
  auto loaded = load_settings(file.path(), {});
  REQUIRE(loaded.faults.size() == 1);
  CHECK(loaded.faults[0].where == file.path().string() + ":2");
}

TEST_CASE("a file that is not there is a fault") {
  auto loaded = load_settings("/nonexistent/registrar.toml", {});
  REQUIRE(loaded.faults.size() == 1);
  CHECK(loaded.faults[0].where == "/nonexistent/registrar.toml");
}

TEST_CASE("what is shown can be read back and says the same") {
  auto first = load_settings(std::nullopt,
                             {{"server.listen", "[::1]:9"},
                              {"storage.data_dir", "a \"quoted\" \\ place"},
                              {"server.trusted_proxies", "10.0.0.1,10.0.0.2"},
                              {"limits.request_deadline", "1500ms"},
                              {"storage.acknowledge", "committed"},
                              {"cors.origins", "https://a, https://b:1"},
                              {"rate_limits.per_student", "30"},
                              {"rate_limits.window", "90s"},
                              {"log.access", "false"}});
  REQUIRE(first.faults.empty());
  config_file file{to_toml(first)};
  auto second = load_settings(file.path(), {});
  CHECK(second.faults.empty());
  auto before = list_settings(first);
  auto after = list_settings(second);
  REQUIRE(before.size() == after.size());
  for (auto i = std::size_t{0}; i < before.size(); ++i) {
    CAPTURE(before[i].name);
    CHECK(before[i].value == after[i].value);
  }
  CHECK(second.values.request_deadline == std::chrono::milliseconds{1500});
  CHECK(second.values.acknowledge == acknowledge_level::committed);
}

TEST_CASE("one replica must have an answer where sentinels are given") {
  setting_overrides given{{"redis.url", "redis://h:1"},
                          {"postgres.url", "postgresql://h/d"}};
  CHECK(load_settings(std::nullopt, given).values.redis_replicas_min == 0);
  given["redis.sentinels"] = "a:1, [::1]:2";
  auto loaded = load_settings(std::nullopt, given);
  REQUIRE(loaded.faults.empty());
  CHECK(loaded.values.redis_sentinels == "a:1,[::1]:2");
  CHECK(loaded.values.redis_sentinel_master == "registrar");
  CHECK(loaded.values.redis_replicas_min == 1);
  config_file file{to_toml(loaded)};
  CHECK(load_settings(file.path(), {}).values.redis_replicas_min == 1);
  given["redis.replicas_min"] = "0";
  CHECK(load_settings(std::nullopt, given).values.redis_replicas_min == 0);
  given["redis.replicas_min"] = "11";
  CHECK(load_settings(std::nullopt, given).faults.size() == 1);
}

TEST_CASE("sentinels without a Redis, and a Redis without a name, are faults") {
  auto loaded = load_settings(std::nullopt, {{"redis.sentinels", "a:1"}});
  REQUIRE(loaded.faults.size() == 1);
  CHECK(loaded.faults[0].what.find("needs redis.url") != std::string::npos);
  loaded = load_settings(std::nullopt, {{"redis.sentinel_master", ""}});
  CHECK(loaded.faults.size() == 1);
}

TEST_CASE("tokens need a key, whichever") {
  CHECK(load_settings(std::nullopt, {}).values.auth == auth_mode::off);
  auto loaded = load_settings(std::nullopt, {{"auth.mode", "jwt"}});
  REQUIRE(loaded.faults.size() == 1);
  CHECK(loaded.faults[0].what.find("auth.jwks_file") != std::string::npos);
  for (auto key : {"hs256_secret_file", "public_key_file", "jwks_file"}) {
    loaded = load_settings(
      std::nullopt, {{"auth.mode", "jwt"}, {"auth." + std::string{key}, "x"}});
    CHECK(loaded.faults.empty());
    CHECK(loaded.values.auth == auth_mode::jwt);
  }
  CHECK(load_settings(std::nullopt, {{"auth.mode", "on"}}).faults.size() == 1);
}

TEST_CASE("a node has an address on the cluster's network, and is alone "
          "without") {
  setting_overrides given{{"redis.url", "redis://h:1"},
                          {"postgres.url", "postgresql://h/d"}};
  CHECK(!is_clustered(load_settings(std::nullopt, given).values));
  given["cluster.listen"] = "[::1]:9090";
  auto loaded = load_settings(std::nullopt, given);
  CHECK(loaded.faults.empty());
  CHECK(is_clustered(loaded.values));
  CHECK(loaded.values.cluster_host == "::1");
  CHECK(loaded.values.cluster_port == 9090);
  CHECK(loaded.origins["cluster.listen"] == "--cluster-listen");
  config_file file{to_toml(loaded)};
  CHECK(load_settings(file.path(), {}).values.cluster_host == "::1");
  given["cluster.listen"] = "";
  CHECK(!is_clustered(load_settings(std::nullopt, given).values));
  for (const auto* wrong :
       {"9090", ":9090", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536",
        "0.0.0.0:9090", "[::]:9090", "::1:9090", "a b:1", "127.0.0.1:90x"}) {
    CAPTURE(wrong);
    given["cluster.listen"] = wrong;
    loaded = load_settings(std::nullopt, given);
    REQUIRE(loaded.faults.size() == 1);
    CHECK(loaded.faults[0].where == "--cluster-listen");
    CHECK(loaded.faults[0].what.find("such as 10.0.0.1:9090")
          != std::string::npos);
  }
}

TEST_CASE("a cluster needs stores that several servers can share") {
  auto loaded
    = load_settings(std::nullopt, {{"cluster.listen", "127.0.0.1:9090"}});
  REQUIRE(loaded.faults.size() == 1);
  CHECK(loaded.faults[0].where == "cluster.listen");
  CHECK(loaded.faults[0].what
        == "The embedded stores serve one process; a cluster needs --redis and "
           "--postgres.");
}

TEST_CASE("nodes talk without mutual TLS on loopback only") {
  setting_overrides given{{"redis.url", "redis://h:1"},
                          {"postgres.url", "postgresql://h/d"},
                          {"cluster.listen", "node-1:9090"}};
  auto loaded = load_settings(std::nullopt, given);
  REQUIRE(loaded.faults.size() == 1);
  CHECK(loaded.faults[0].what.find("node-1 is not loopback")
        != std::string::npos);
  given["cluster.ca_file"] = "ca.pem";
  given["cluster.key_file"] = "key.pem";
  loaded = load_settings(std::nullopt, given);
  REQUIRE(loaded.faults.size() == 1);
  CHECK(loaded.faults[0].where == "cluster.certificate_file");
  CHECK(loaded.faults[0].what.find("is missing") != std::string::npos);
  given["cluster.certificate_file"] = "certificate.pem";
  loaded = load_settings(std::nullopt, given);
  CHECK(loaded.faults.empty());
  CHECK(loaded.values.cluster_host == "node-1");
  CHECK(loaded.values.cluster_ca_file == "ca.pem");
}

TEST_CASE("HTTP and the cluster have an address each") {
  auto loaded
    = load_settings(std::nullopt, {{"redis.url", "redis://h:1"},
                                   {"postgres.url", "postgresql://h/d"},
                                   {"cluster.listen", "localhost:8080"}});
  REQUIRE(loaded.faults.size() == 1);
  CHECK(loaded.faults[0].what.find("server.listen") != std::string::npos);
}

TEST_CASE("a node's name is printable, without spaces, and not long") {
  setting_overrides given{{"redis.url", "redis://h:1"},
                          {"postgres.url", "postgresql://h/d"}};
  for (const auto& name : {std::string{"n 1"}, std::string{"n\t1"},
                           std::string{"k\xc3\xb6ln"}, std::string(65, 'n')}) {
    CAPTURE(name);
    given.erase("cluster.listen");
    given["node.name"] = name;
    CHECK(load_settings(std::nullopt, given).faults.empty());
    given["cluster.listen"] = "127.0.0.1:9090";
    auto loaded = load_settings(std::nullopt, given);
    REQUIRE(loaded.faults.size() == 1);
    CHECK(loaded.faults[0].where == "node.name");
  }
  given["node.name"] = std::string(64, 'n');
  CHECK(load_settings(std::nullopt, given).faults.empty());
}

TEST_CASE("every setting has a variable of its own and a comment") {
  std::map<std::string, int> seen;
  for (auto& what : setting_table()) {
    ++seen[what.variable()];
    CHECK(!what.comment.empty());
  }
  CHECK(seen.size() == setting_table().size());
  CHECK(seen.count("REGISTRAR_IDEMPOTENCY_KEY_TTL") == 1);
}
