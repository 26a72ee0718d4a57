// The cluster under /api/v1/ops/: nodes, partitions and what moves them.

#include "tests/integration/http_fixture.hpp"

using namespace registrar;
using namespace registrar::test;

namespace {

constexpr auto cluster_path = "/api/v1/ops/cluster";
constexpr auto drain_path = "/api/v1/ops/cluster/drain";
constexpr auto undrain_path = "/api/v1/ops/cluster/undrain";
constexpr auto rebalance_path = "/api/v1/ops/cluster/rebalance";

cluster_node named_node(const std::string& name, bool is_alive) {
  cluster_node x;
  x.card.name = name;
  x.card.run = name + "-1";
  x.card.http = name + ":8080";
  x.card.cluster = name + ":9090";
  x.is_alive = is_alive;
  x.heartbeat_age = is_alive ? 120ms : 4'000ms;
  return x;
}

/// North holds all but partition 9, whose lease south let run out, and 10,
/// which nobody ever had.
cluster_state some_state() {
  cluster_state x;
  x.at = timestamp{1'700'000'000'000ms};
  x.node = "north";
  x.sight.nodes = {named_node("north", true), named_node("south", false)};
  x.sight.nodes[1].is_drained = true;
  for (auto& place : x.sight.partitions)
    place = {"north", "north-1", 2'500ms, 7};
  x.sight.partitions[9] = {"south", "south-1", -200ms, 6};
  x.sight.partitions[10] = {};
  x.links = {{"south", false, "connection refused"}};
  x.moves = {{x.at, 9, "", "north", 7}, {x.at, 8, "south", "", 6}};
  return x;
}

struct cluster_fixture : operators_fixture {
  cluster_fixture() {
    operations().cluster_answer = some_state();
    operations().cluster_act_answer = acted<cluster_state>{some_state(), true};
  }
};

} // namespace

TEST_CASE_FIXTURE(cluster_fixture, "a cluster is shown with its nodes and who "
                                   "holds which partition") {
  start();
  auto body = shown(get(cluster_path));
  CHECK(body["at"] == "2023-11-14T22:13:20.000Z");
  CHECK(body["node"] == "north");
  CHECK(body["nodes"][0]
        == json{{"name", "north"},
                {"http", "north:8080"},
                {"cluster", "north:9090"},
                {"alive", true},
                {"heartbeat_age_ms", 120},
                {"partitions", 62},
                {"run", "north-1"},
                {"protocol", cluster_protocol},
                {"joining", false},
                {"leaving", false},
                {"drained", false}});
  CHECK(body["nodes"][1]["alive"] == false);
  CHECK(body["nodes"][1]["drained"] == true);
  CHECK(body["nodes"][1]["partitions"] == 0);
  REQUIRE(body["partitions"].size() == partition_count);
  CHECK(
    body["partitions"][8]
    == json{{"id", 8}, {"owner", "north"}, {"epoch", 7}, {"lease_ms", 2500}});
  CHECK(body["partitions"][9]
        == json{{"id", 9}, {"owner", nullptr}, {"epoch", 6}, {"lease_ms", 0}});
  CHECK(body["partitions"][10]["owner"] == nullptr);
  CHECK(body["links"][0]
        == json{
          {"node", "south"}, {"up", false}, {"problem", "connection refused"}});
  CHECK(body["moves"][0]
        == json{{"at", "2023-11-14T22:13:20.000Z"},
                {"partition", 9},
                {"from", nullptr},
                {"to", "north"},
                {"epoch", 7}});
  CHECK(body["moves"][1]["to"] == nullptr);
  problem_of(get(std::string{cluster_path} + "?x"), 400, "invalid_request");
}

TEST_CASE_FIXTURE(cluster_fixture, "a link that is up has no problem") {
  auto state = some_state();
  state.links = {{"south", true, ""}};
  operations().cluster_answer = state;
  start();
  CHECK(shown(get(cluster_path))["links"][0]
        == json{{"node", "south"}, {"up", true}});
}

TEST_CASE_FIXTURE(cluster_fixture, "a cluster is watched") {
  start();
  raw_client client{server->port()};
  client.send(
    request("GET", cluster_path, "", "Accept: text/event-stream\r\n"));
  auto text = client.read_until(R"("node":"north",)");
  CHECK(text.find("text/event-stream") != std::string::npos);
  CHECK(text.find("event: state") != std::string::npos);
  CHECK(client.read_until(R"("node":"north",)").find("event: state\n")
        != std::string::npos);
}

TEST_CASE_FIXTURE(cluster_fixture, "a node is drained and taken back, and all "
                                   "is shared out anew, with a reason") {
  start();
  auto body
    = shown(post(drain_path, R"({"node":"south","reason":"a new disk"})"));
  CHECK(body["audit"] == "written");
  CHECK(body["cluster"] == shown(get(cluster_path)));
  CHECK(operations().chosen_node == "south");
  CHECK(operations().last_reason.why == "a new disk");
  operations().cluster_act_answer = acted<cluster_state>{some_state(), false};
  body = shown(post(undrain_path, R"({"node":"south","reason":"it is back"})"));
  CHECK(body["audit"] == "pending");
  shown(post(rebalance_path, R"({"reason":"two new nodes"})"));
  CHECK(operations().done_acts
        == std::vector<std::string>{"drain", "take back", "rebalance"});
  CHECK(operations().last_reason.why == "two new nodes");
}

TEST_CASE_FIXTURE(cluster_fixture, "acts without a node or a reason are "
                                   "refused") {
  start();
  for (std::string body :
       {"{}", R"({"node":"south"})", R"({"reason":"why"})",
        R"({"node":"","reason":"why"})", R"({"node":7,"reason":"why"})",
        R"({"node":"a\nb","reason":"why"})", R"({"node":"south","reason":" "})",
        R"({"node":"south","reason":"why","who":"me"})"}) {
    CAPTURE(body);
    problem_of(post(drain_path, body), 400, "invalid_request");
    problem_of(post(undrain_path, body), 400, "invalid_request");
  }
  for (std::string body :
       {"{}", R"({"reason":""})", R"({"node":"south","reason":"why"})"}) {
    CAPTURE(body);
    problem_of(post(rebalance_path, body), 400, "invalid_request");
  }
  CHECK(operations().done_acts.empty());
}

TEST_CASE_FIXTURE(cluster_fixture, "a server alone is no cluster, and says "
                                   "so") {
  failure why{ec::not_found, "This server is not a node of a cluster."};
  operations().cluster_answer = why;
  operations().cluster_act_answer = why;
  start();
  const std::string body = R"({"node":"south","reason":"why"})";
  for (const auto& answer :
       {get(cluster_path), get(cluster_path, "Accept: text/event-stream\r\n"),
        post(drain_path, body), post(undrain_path, body),
        post(rebalance_path, R"({"reason":"why"})")})
    CHECK(problem_of(answer, 404, "not_found") == why.detail);
}

TEST_CASE_FIXTURE(cluster_fixture, "what the cluster cannot say now is a 503") {
  operations().cluster_answer
    = failure{ec::dependency_unavailable, "Redis does not answer."};
  operations().cluster_act_answer = failure{ec::in_doubt, "No answer came."};
  start();
  problem_of(get(cluster_path), 503, "dependency_unavailable");
  auto detail = problem_of(post(rebalance_path, R"({"reason":"why"})"), 503,
                           "dependency_unavailable");
  CHECK(detail.find("may or may not") != std::string::npos);
  CHECK(detail.find("Idempotency-Key") == std::string::npos);
}

TEST_CASE_FIXTURE(cluster_fixture, "the overview has all nodes of a cluster, "
                                   "and its own where nobody says") {
  config.cluster_host = "127.0.0.1";
  config.cluster_port = 9090;
  start();
  auto nodes = shown(get("/api/v1/ops/overview"))["nodes"];
  REQUIRE(nodes.size() == 2);
  CHECK(nodes[0]
        == json{{"name", "north"},
                {"http", "north:8080"},
                {"cluster", "north:9090"},
                {"alive", true},
                {"heartbeat_age_ms", 120},
                {"partitions", 62}});
  operations().cluster_answer
    = failure{ec::dependency_unavailable, "Redis does not answer."};
  nodes = shown(get("/api/v1/ops/overview"))["nodes"];
  REQUIRE(nodes.size() == 1);
  CHECK(nodes[0]["cluster"] == "127.0.0.1:9090");
}
