// The nodes that share the ledger, and who owns which partition.

import {askDrain, askRebalance, askTakeBack} from "../acts.js";
import {Card, Shown, State, Time} from "../parts/words.js";
import {Table} from "../parts/table.js";
import {root} from "../client.js";
import {html} from "../html.js";
import {useLive} from "../live.js";
import {linkTo, nodeStates, ownersOf, unownedOf, verdictOn}
  from "../pure/cluster.js";
import {count, plural, span} from "../pure/format.js";

function Headline({x}) {
  const {is, text} = verdictOn(x);
  return html`
    <p class="headline ${is}" role="status"><b>${text}</b>
      <span class="note">${x.node} answers</span></p>`;
}

function Badge({owner}) {
  return html`
    <span class="badge tone-${owner.tone}">${owner.letter}</span>`;
}

const nodeHeads = [
  {title: "Node"}, {title: "State"}, {title: "Partitions", isNumber: true},
  {title: "Heard", isNumber: true}, {title: "Link"}, {title: "Serves at"},
  {title: "To other nodes"},
  {title: html`<span class="hidden">Acts</span>`},
];

function Link({x, name}) {
  const {is, problem} = linkTo(x, name);
  if (is === "answers")
    return html`<span class="note first">answers here</span>`;
  return html`
    <${State} is=${is} />
    ${problem && html`<span class="note">${problem}</span>`}`;
}

function Node({x, node, owner}) {
  return html`
    <tr><th scope="row"><${Badge} owner=${owner} /> ${node.name}</th>
      <td>${nodeStates(node).map(y => html`
        <${State} key=${y} is=${y} />${" "}`)}</td>
      <td class="number">${count(node.partitions)}</td>
      <td class="number">${span(node.heartbeat_age_ms)} ago</td>
      <td><${Link} x=${x} name=${node.name} /></td>
      <td>${node.http}</td>
      <td>${node.cluster}</td>
      <td class="act">${node.drained
        ? html`<button class="small" aria-label="Take back ${node.name} …"
            onClick=${() => askTakeBack(node)}>Take back …</button>`
        : html`<button class="small" aria-label="Drain ${node.name} …"
            onClick=${() => askDrain(node, x)}>Drain …</button>`}</td>
    </tr>`;
}

function Nodes({x, owners}) {
  return html`
    <${Card} id="nodes" title="Nodes" class="wide">
      <${Table} label="Nodes" heads=${nodeHeads}>
        ${x.nodes.map(y => html`
          <${Node} key=${y.name} x=${x} node=${y}
            owner=${owners.find(z => z.name === y.name)} />`)}
      <//>
      <div class="buttons">
        <button onClick=${() => askRebalance(x)}>Rebalance …</button>
      </div>
    <//>`;
}

function sentence({id, owner, epoch, lease_ms: lease}) {
  return `Partition ${id}: ${owner === null ? "nobody's" : owner}, epoch `
    + `${epoch}${owner !== null && lease !== undefined
      ? `, lease for ${span(lease)}` : ""}`;
}

function Cell({x, owner}) {
  return html`
    <li title=${sentence(x)} class=${owner ? `tone-${owner.tone}` : "unowned"}>
      <span class="note">${x.id}</span>
      <b aria-hidden="true">${owner ? owner.letter : "✕"}</b>
      <span class="hidden">: ${x.owner ?? "nobody"}, epoch ${x.epoch}</span>
    </li>`;
}

function Legend({x, owners}) {
  const unowned = unownedOf(x).length;
  return html`
    <ul class="owners" aria-label="Owners">
      ${owners.map(y => html`
        <li key=${y.name}><${Badge} owner=${y} /> ${y.name}${" "}
          <span class="unit">${count(y.partitions)}</span></li>`)}
      ${unowned > 0 && html`
        <li><span class="badge unowned">✕</span> nobody${" "}
          <span class="unit">${count(unowned)}</span></li>`}
    </ul>`;
}

function PartitionMap({x, owners}) {
  return html`
    <${Card} id="partitions" title="Partitions" class="wide"
      note="64 shares of the sections; each has one owner">
      <${Legend} x=${x} owners=${owners} />
      <ol class="grid map" aria-label="Partitions and their owners">
        ${x.partitions.map(y => html`
          <${Cell} key=${y.id} x=${y}
            owner=${owners.find(z => z.name === y.owner)} />`)}
      </ol>
    <//>`;
}

const moveHeads = [
  {title: "When"}, {title: "Partition", isNumber: true}, {title: "From"},
  {title: "To"}, {title: "Epoch", isNumber: true},
];

function Moves({moves}) {
  return html`
    <${Card} id="moves" title="Moves" class="wide"
      note="newest first, as the node that answers saw them">
      ${moves.length === 0
        ? html`<p class="empty">No partition has changed hands.</p>`
        : html`<${Table} label="Moves" class="short" heads=${moveHeads}>
            ${moves.map((x, i) => html`
              <tr key=${i}><td><${Time} at=${x.at} exact /></td>
                <td class="number">${x.partition}</td>
                <td>${x.from ?? "nobody"}</td><td>${x.to ?? "nobody"}</td>
                <td class="number">${count(x.epoch)}</td></tr>`)}
          <//>`}
    <//>`;
}

function Alone() {
  return html`
    <${Card} id="alone" title="One server" class="wide">
      <p>This server is not a node of a cluster: it owns all${" "}
        ${plural(64, "partition")} itself.</p>
      <p>To grow, give several servers the same Redis and PostgreSQL, and each
        a name and an address of its own for the others:${" "}
        <code>registrar serve --node north --cluster-listen HOST:PORT</code>.
        ${" "}They share the partitions out among them, and are shown here.</p>
    <//>`;
}

export function Cluster() {
  const live = useLive(`${root}/cluster`);
  const isAlone = live.data === null && live.problem?.status === 404;
  return html`
    <h1 class="hidden">Cluster</h1>
    ${isAlone ? html`<${Alone} />` : html`
      <${Shown} live=${live}>
        ${x => {
          const owners = ownersOf(x);
          return html`
            <${Headline} x=${x} />
            <${Nodes} x=${x} owners=${owners} />
            <${PartitionMap} x=${x} owners=${owners} />
            <${Moves} moves=${x.moves} />`;
        }}
      <//>`}`;
}
