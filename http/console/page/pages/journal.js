// How far SQL is behind, where, and what it refused.

import {useState} from "preact/hooks";
import {Card, Figure, Figures, Shown, State} from "../parts/words.js";
import {DeadLetters} from "../parts/dead_letters.js";
import {Table} from "../parts/table.js";
import {root} from "../client.js";
import {html} from "../html.js";
import {useLive} from "../live.js";
import {count, percent, plural, span, words} from "../pure/format.js";

function Summary({x}) {
  const share = x.uncommitted_max ? x.uncommitted / x.uncommitted_max : 0;
  const takes = [["Registrations", x.takes_registrations],
                 ["Drops", x.takes_drops]];
  return html`
    <${Figures} label="Journal">
      <${Figure} label="Not yet in SQL" unit="entries"
        note=${`${percent(share)} of ${count(x.uncommitted_max)}`}>
        ${count(x.uncommitted)}<//>
      <${Figure} label="Oldest waits for">${span(x.oldest_ms)}<//>
      ${takes.map(([name, is]) => html`
        <${Figure} key=${name} label=${name} kind=${is ? "" : "bad"}>
          ${is ? "taken" : "refused"}<//>`)}
    <//>`;
}

// 0 to 4, by powers of ten: a shade beside the number that says it.
function heat(entries) {
  return entries === 0 ? 0 : Math.min(4, 1 + Math.floor(Math.log10(entries)));
}

function sentence({id, uncommitted, owner, epoch, lease_held}) {
  return `Partition ${id}: ${plural(uncommitted, "entry", "entries")}; `
    + `owner ${owner}, epoch ${epoch}`
    + (lease_held ? "" : ", lease not held");
}

function Grid({partitions}) {
  return html`
    <ol class="grid" aria-label="Entries not yet in SQL, by partition">
      ${partitions.map(x => html`
        <li key=${x.id} title=${sentence(x)} class="heat-${heat(x.uncommitted)}
          ${x.lease_held ? "" : "unheld"}">
          <span class="note">${x.id}</span> <b>${count(x.uncommitted)}</b>
          ${!x.lease_held && html`<span class="hidden">, no lease</span>`}
        </li>`)}
    </ol>`;
}

const partitionHeads = [
  {title: "Partition", isNumber: true}, {title: "Owner"},
  {title: "Epoch", isNumber: true}, {title: "Lease"},
  {title: "Entries", isNumber: true},
];

function Partitions({partitions}) {
  const [isOpen, setOpen] = useState(false);
  const sorted = [...partitions].sort(
    (a, b) => b.uncommitted - a.uncommitted || a.id - b.id);
  return html`
    <${Card} id="partitions" title="Partitions" class="wide"
      note="entries not yet in SQL; darker is ten times more">
      <${Grid} partitions=${partitions} />
      <details open=${isOpen}
        onToggle=${event => setOpen(event.currentTarget.open)}>
        <summary>As a table, what lags most first</summary>
        ${isOpen && html`
          <${Table} label="Partitions" class="short" heads=${partitionHeads}>
            ${sorted.map(x => html`
              <tr key=${x.id}>
                <td class="number">${x.id}</td><td>${x.owner}</td>
                <td class="number">${count(x.epoch)}</td>
                <td><${State} is=${x.lease_held ? "held" : "not held"} /></td>
                <td class="number">${count(x.uncommitted)}</td></tr>`)}
          <//>`}
      </details>
    <//>`;
}

function titled(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function Workers({workers}) {
  const names = [...new Set(
    workers.flatMap(x => Object.keys(x.figures ?? {})))];
  const heads = [
    {title: "Worker"}, {title: "State"}, {title: "Oldest", isNumber: true},
    ...names.map(x => ({title: titled(words(x)), isNumber: true})),
    {title: "Last failure"},
  ];
  return html`
    <${Card} id="workers" title="Workers" class="wide">
      <${Table} label="Workers" heads=${heads}>
        ${workers.map(x => html`
          <tr key=${x.name}><th scope="row">${x.name}</th>
            <td><${State} is=${x.state} /></td>
            <td class="number">${span(x.oldest_ms)}</td>
            ${names.map(y => html`
              <td key=${y} class="number">${count(x.figures?.[y])}</td>`)}
            <td class="text">${x.last_failure}</td></tr>`)}
      <//>
    <//>`;
}

export function Journal() {
  const live = useLive(`${root}/journal`);
  return html`
    <h1 class="hidden">Journal and dead letters</h1>
    <${Shown} live=${live}>
      ${x => html`
        <${Summary} x=${x} />
        <${Partitions} partitions=${x.partitions} />
        <${Workers} workers=${x.workers} />`}
    <//>
    <${DeadLetters} />`;
}
