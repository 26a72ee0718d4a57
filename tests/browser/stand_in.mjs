// A node of a cluster that says what a test wants: the page of a real service,
// and the answers of /api/v1/ops/cluster.

import {createServer} from "node:http";

function node(name, partitions, how = {}) {
  return {name, http: `${name}.example:8080`, cluster: `${name}.example:9090`,
          alive: true, heartbeat_age_ms: 120, partitions, run: `${name}-1`,
          protocol: 1, joining: false, leaving: false, drained: false,
          ...how};
}

// North, south and east; each owns every third partition.
export function threeNodes() {
  const names = ["north", "south", "east"];
  return {
    at: "2026-09-01T08:00:00.000Z",
    node: "north",
    nodes: [node("east", 21), node("north", 22), node("south", 21)],
    partitions: Array.from({length: 64}, (_, id) => ({
      id, owner: names[id % 3], epoch: 3, lease_ms: 2400})),
    links: [{node: "east", up: true}, {node: "south", up: true}],
    moves: [],
  };
}

export class clusterNode {
  // @param t the test that owns it: stopped at its end
  // @param page the document of /console
  static async start(t, page) {
    const one = new clusterNode();
    Object.assign(one, {page, state: threeNodes(), acts: []});
    one.server = createServer((request, response) => {
      one.answer(request, response);
    });
    t.after(() => one.stop());
    await new Promise(done => one.server.listen(0, "127.0.0.1", done));
    one.origin = `http://127.0.0.1:${one.server.address().port}`;
    return one;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise(done => this.server.close(done));
  }

  async answer(request, response) {
    if (request.url === "/console")
      response.writeHead(200, {"Content-Type": "text/html"}).end(this.page);
    else if (request.method === "POST")
      await this.act(request, response);
    else if (request.url === "/api/v1/ops/cluster")
      this.stream(request, response);
    else
      response.writeHead(404).end();
  }

  async act(request, response) {
    let text = "";
    for await (const piece of request)
      text += piece;
    this.acts.push({path: request.url, ...JSON.parse(text)});
    response.writeHead(200, {"Content-Type": "application/json"}).end(
      JSON.stringify({cluster: this.state, audit: "written"}));
  }

  stream(request, response) {
    response.writeHead(200, {"Content-Type": "text/event-stream"});
    const tell = () => response.write(
      `event: state\ndata: ${JSON.stringify(this.state)}\n\n`);
    tell();
    const timer = setInterval(tell, 200);
    request.on("close", () => clearInterval(timer));
  }
}
