// What `registrar cluster status` makes of a cluster's JSON.

#include "cli/cluster_report.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using nlohmann::json;

namespace {

json node(const char* name, bool is_alive) {
  return {{"name", name},
          {"http", std::string{name} + ":8080"},
          {"cluster", std::string{name} + ":9090"},
          {"alive", is_alive},
          {"heartbeat_age_ms", is_alive ? 120 : 5400},
          {"partitions", 32},
          {"leaving", false},
          {"drained", false}};
}

/// North has the even ones and the last, south the other odd ones.
json two_nodes() {
  json x{{"at", "2026-09-01T08:00:00.000Z"},
         {"node", "north"},
         {"nodes", {node("north", true), node("south", true)}},
         {"links", {{{"node", "south"}, {"up", true}}}},
         {"moves", json::array()}};
  for (auto i = 0u; i < 64u; ++i)
    x["partitions"].push_back(
      {{"id", i},
       {"owner", i % 2 == 0 || i == 63 ? "north" : "south"},
       {"epoch", i < 32 ? 3u : 5u}});
  return x;
}

bool has(const std::string& text, const std::string& part) {
  CAPTURE(text);
  CAPTURE(part);
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a cluster is whole where all partitions are owned and nobody is "
          "lost") {
  CHECK(is_whole(two_nodes()));
  auto x = two_nodes();
  x["partitions"][7]["owner"] = nullptr;
  CHECK_FALSE(is_whole(x));
  x = two_nodes();
  x["nodes"][1]["alive"] = false;
  CHECK_FALSE(is_whole(x));
  x["nodes"][1]["leaving"] = true;
  CHECK(is_whole(x));
  x["nodes"][0]["drained"] = true;
  CHECK(is_whole(x));
}

TEST_CASE("what is no cluster is not whole") {
  for (const auto* text :
       {"{}", R"({"nodes":1,"partitions":"x"})",
        R"({"nodes":[],"partitions":[]})", R"({"nodes":[1],"partitions":[2]})",
        R"({"nodes":[],"partitions":[{"owner":7}]})"}) {
    CAPTURE(text);
    auto x = json::parse(text);
    CHECK_FALSE(is_whole(x));
    CHECK(has(cluster_report(x), "OWNER"));
  }
}

TEST_CASE("nodes are shown with what has become of them") {
  auto x = two_nodes();
  x["nodes"].push_back(node("east", false));
  x["nodes"][1]["leaving"] = true;
  x["nodes"].push_back(node("west", true));
  x["nodes"][3]["drained"] = true;
  x["nodes"].push_back(node("new", true));
  x["nodes"][4]["joining"] = true;
  auto text = cluster_report(x);
  CHECK(has(text, "5 nodes, 1 lost; 64 of 64 partitions owned; north says so"));
  CHECK(has(text, "\nnew    joining  "));
  CHECK(has(text, "\nnorth  alive    north:8080  north:9090  120 ms"));
  CHECK(has(text, "\nsouth  leaving  "));
  CHECK(has(text, "\neast   lost     east:8080   east:9090   5.4 s"));
  CHECK(has(text, "\nwest   drained  "));
}

TEST_CASE("partitions are shown by owner, nobody's first") {
  auto x = two_nodes();
  auto text = cluster_report(x);
  CHECK(has(text, "\nOWNER  EPOCHS  PARTITIONS\nnorth  3-5     0, 2, 4, "));
  CHECK(has(text, ", 60, 62-63\n"));
  x["partitions"][7]["owner"] = nullptr;
  x["partitions"][7]["epoch"] = 9u;
  CHECK(has(cluster_report(x), "PARTITIONS\nnobody  9       7\nnorth "));
}

TEST_CASE("links are shown where they are down, and the last moves") {
  auto x = two_nodes();
  CHECK_FALSE(has(cluster_report(x), "Links"));
  CHECK_FALSE(has(cluster_report(x), "MOVED"));
  x["links"][0] = {{"node", "south"}, {"up", false}, {"problem", "refused"}};
  for (auto i = 0u; i < 12u; ++i)
    x["moves"].push_back({{"at", "2026-09-01T07:59:58.000Z"},
                          {"partition", i},
                          {"from", nullptr},
                          {"to", "south"},
                          {"epoch", 4u}});
  auto text = cluster_report(x);
  CHECK(has(text, "Links that are down, from north:\n  to south: refused\n"));
  CHECK(has(text, "Z  9          nobody  south  4\n"));
  CHECK_FALSE(has(text, "Z  10  "));
}

TEST_CASE("nothing that steers a terminal gets through") {
  auto x = two_nodes();
  x["nodes"][0]["name"] = "no\x1b[2Jrth";
  CHECK_FALSE(has(cluster_report(x), "\x1b"));
}
