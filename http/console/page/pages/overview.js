// Is it well, and how much does it carry?

import {Card, Figure, Figures, Shown, State, Time} from "../parts/words.js";
import {Chart} from "../parts/chart.js";
import {Table} from "../parts/table.js";
import {root} from "../client.js";
import {html} from "../html.js";
import {useLive} from "../live.js";
import {
  bytes, clock, count, percent, plural, short, span, words,
} from "../pure/format.js";
import {emptyHistory, extended} from "../pure/history.js";

const outcomes = [
  {label: "enrolled", colour: "blue", isFilled: true},
  {label: "waitlisted", colour: "amber", dash: [8, 4]},
  {label: "rejected", colour: "red", dash: [2, 3]},
  {label: "dropped", colour: "green", dash: [10, 3, 2, 3]},
  {label: "undecided", colour: "violet", dash: [5, 2]},
];
const times = [
  {label: "p99", colour: "amber", dash: [8, 4]},
  {label: "p50", colour: "blue"},
];
const lag = [{label: "entries", colour: "blue", isFilled: true}];
const work = [{label: "requests", colour: "blue", isFilled: true}];

// They outlive the page: who comes back finds what was seen before.
const seen = {
  rates: emptyHistory(outcomes.map(x => x.label)),
  latency: emptyHistory(times.map(x => x.label)),
  lag: emptyHistory(["entries"]),
  work: emptyHistory(["requests"]),
};
const openedAt = Date.now();

function remember(x) {
  const at = Math.round(Date.parse(x.at) / 1000);
  extended(seen.rates, at, x.rates?.registrations ?? {});
  extended(seen.latency, at, {p50: x.latency?.p50_ms, p99: x.latency?.p99_ms});
  extended(seen.lag, at, {entries: x.journal.uncommitted});
  extended(seen.work, at, {requests: x.in_flight});
}

function Charts({version}) {
  return html`
    <${Card} id="charts" title="Live" class="wide"
      note="Gathered since this page was opened at ${clock(openedAt)}, for up
        to 15 minutes">
      <div class="charts">
        <${Chart} title="Registrations" unit="sections/s" series=${outcomes}
          columns=${seen.rates.columns} show=${short} version=${version} />
        <${Chart} title="Latency" unit="register and drop" series=${times}
          columns=${seen.latency.columns} show=${span} version=${version} />
        <${Chart} title="Journal, not yet in SQL" unit="entries" series=${lag}
          columns=${seen.lag.columns} show=${count} version=${version} />
        <${Chart} title="In flight" unit="requests" series=${work}
          columns=${seen.work.columns} show=${count} version=${version} />
      </div>
    <//>`;
}

function Headline({x}) {
  const down = x.dependencies.filter(y => !y.ready).map(y => y.name);
  const text = x.ready
    ? "Ready: registrations are accepted."
    : `Not ready${down.length ? `: ${down.join(", ")}` : ""}.`;
  return html`
    <p class="headline ${x.ready ? "good" : "bad"}" role="status">
      <b>${text}</b>
      <span class="note">${x.node.name}, version ${x.node.version}, since${" "}
        <${Time} at=${x.node.started_at} /></span>
    </p>`;
}

function Load({x}) {
  const rates = x.rates?.registrations;
  const {journal, ledger} = x;
  return html`
    <${Figures} label="Load">
      <${Figure} label="Enrolled" unit="/s">${short(rates?.enrolled)}<//>
      <${Figure} label="Waitlisted" unit="/s">${short(rates?.waitlisted)}<//>
      <${Figure} label="Rejected" unit="/s">${short(rates?.rejected)}<//>
      <${Figure} label="Requests" unit="/s"
        note=${`${short(x.rates?.errors)} errors/s`}>
        ${short(x.rates?.requests)}<//>
      <${Figure} label="p50">${span(x.latency?.p50_ms)}<//>
      <${Figure} label="p99">${span(x.latency?.p99_ms)}<//>
      <${Figure} label="In flight"
        note=${plural(x.connections, "connection")}>
        ${count(x.in_flight)}<//>
      <${Figure} label="Not yet in SQL"
        kind=${journal.takes_registrations ? "" : "bad"}
        note=${journal.takes_registrations
          ? `oldest ${span(journal.oldest_ms)}` : "full: no registrations"}>
        ${count(journal.uncommitted)}<//>
      <${Figure} label="Ledger" unit="steps/s"
        note=${`${short(ledger.commands_per_step)} commands each, `
               + span(ledger.step_ms)}>
        ${short(ledger.steps_per_second)}<//>
    <//>`;
}

function Catalogue({x}) {
  const s = x.sections;
  return html`
    <${Card} id="catalogue" title="Sections">
      <dl class="pairs">
        <dt>Open</dt><dd>${count(s.open)}</dd>
        <dt>Full</dt><dd>${count(s.full)}</dd>
        <dt>Frozen</dt><dd>${count(s.frozen)}</dd>
        <dt>Inactive</dt><dd>${count(s.inactive)}</dd>
        <dt>Seats taken</dt>
        <dd>${count(s.seats_taken)} of ${count(s.seats)}</dd>
        <dt>Waiting</dt><dd>${count(s.waiting)}</dd>
        <dt>Students</dt><dd>${count(x.students)}</dd>
        <dt>Dead letters since the start</dt><dd>${count(x.dead_letters)}</dd>
        <dt>Section actors that died</dt><dd>${count(x.sections_died)}</dd>
      </dl>
    <//>`;
}

function Dependencies({x}) {
  return html`
    <${Card} id="dependencies" title="Dependencies">
      <${Table} label="Dependencies" heads=${[{title: "Name"},
        {title: "State"}, {title: "Says"}]}>
        ${x.dependencies.map(y => html`
          <tr key=${y.name}><th scope="row">${y.name}</th>
            <td><${State} is=${y.ready ? "ready" : "not ready"} /></td>
            <td class="text">${y.detail}</td></tr>`)}
      <//>
    <//>`;
}

function Nodes({x}) {
  // A node is called by its address, unless it was given a name.
  const areNamed = x.nodes.some(y => y.name !== y.http);
  const heads = [{title: "Name"}, {title: "State"},
    ...(areNamed ? [{title: "Serves at"}] : []),
    {title: "Partitions", isNumber: true}, {title: "Heard", isNumber: true}];
  return html`
    <${Card} id="nodes" title="Nodes">
      <${Table} label="Nodes" heads=${heads}>
        ${x.nodes.map(y => html`
          <tr key=${y.name}><th scope="row">${y.name}</th>
            <td><${State} is=${y.alive ? "alive" : "lost"} /></td>
            ${areNamed && html`<td>${y.http}</td>`}
            <td class="number">${count(y.partitions)}</td>
            <td class="number">${span(y.heartbeat_age_ms)} ago</td></tr>`)}
      <//>
    <//>`;
}

function Process({x}) {
  const p = x.process;
  const rest = Object.entries(x.rates?.registrations ?? {}).filter(
    ([name]) => !outcomes.some(y => y.label === name));
  return html`
    <${Card} id="process" title="Process">
      <dl class="pairs">
        <dt>CPU, of one core</dt><dd>${percent(p.cpu)}</dd>
        <dt>Memory</dt><dd>${bytes(p.resident_bytes)}</dd>
        <dt>Threads</dt><dd>${count(p.threads)}</dd>
        <dt>Open files</dt><dd>${count(p.open_files)}</dd>
        <dt>Streams</dt><dd>${count(x.streams)}</dd>
        ${rest.map(([name, rate]) => html`
          <dt>${words(name)}</dt><dd>${short(rate)} /s</dd>`)}
      </dl>
    <//>`;
}

export function Overview() {
  const live = useLive(`${root}/overview`);
  if (live.data)
    remember(live.data);
  return html`
    <${Shown} live=${live}>
      ${x => html`
        <${Headline} x=${x} />
        <${Load} x=${x} />
        <${Charts} version=${x.at} />
        <div class="cards">
          <div class="stack">
            <${Dependencies} x=${x} />
            <${Nodes} x=${x} />
          </div>
          <${Catalogue} x=${x} />
          <${Process} x=${x} />
        </div>`}
    <//>`;
}
