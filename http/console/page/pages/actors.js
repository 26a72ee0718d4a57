// What the actors are doing: the supervision tree, and below it the sections.

import {useEffect, useState} from "preact/hooks";
import {askRestart} from "../acts.js";
import {Bar, Shown, State, Time} from "../parts/words.js";
import {SortHead, Table} from "../parts/table.js";
import {root} from "../client.js";
import {html} from "../html.js";
import {useLive} from "../live.js";
import {treeRows} from "../pure/actor_tree.js";
import {count, percent, plural, rate, span} from "../pure/format.js";
import {toPlace, withQuery} from "../pure/place.js";
import {nextSort} from "../pure/sorting.js";

const columns = [
  {key: "name", title: "Actor"},
  {key: "state", title: "State"},
  {key: "messages", title: "Messages/s", isNumber: true},
  {key: "busy", title: "Busy", hint: "Share of the time that it works"},
  {key: "depth", title: "Mailbox", isNumber: true,
   hint: "Messages that wait for it"},
  {key: "wait", title: "Wait", isNumber: true,
   hint: "How long a message waits for it"},
  {key: "restarts", title: "Restarts", isNumber: true},
];
const tops = [25, 50, 100, 200, 500];
// The one whose children are thousands; asked for apart, with a bound.
const sectionParent = "section-supervisor";
const typingMs = 250;

// The value, once it has not changed for a moment.
function useSettled(value) {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), typingMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function Restarts({actor}) {
  const last = actor.last_restart;
  return html`
    <td class="number">${count(actor.restarts)}</td>
    <td class="text cause">
      ${last && html`<${Time} at=${last.at} /> ${last.cause}`}
      ${!last && actor.last_failure}
    </td>`;
}

function Figures({actor}) {
  const handling = actor.handling_ms >= 1000
    ? `at its message for ${span(actor.handling_ms)}` : "";
  return html`
    <td><${State} is=${actor.state} title=${handling} />
      ${handling && html`<span class="note">${handling}</span>`}</td>
    <td class="number">${rate(actor.messages_per_second)}</td>
    <td><${Bar} share=${actor.busy} text=${percent(actor.busy)} /></td>
    <td class="number">${count(actor.depth)}</td>
    <td class="number">${span(actor.wait_ms)}</td>
    <${Restarts} actor=${actor} />
    <td class="act">${actor.kind !== "supervisor" && html`
      <button class="small" onClick=${() => askRestart(actor)}
        aria-label=${`Restart ${actor.label || actor.name}`}>
        Restart …</button>`}</td>`;
}

// A name's place in the tree; what has children folds them.
function TreeName({row, fold}) {
  const {actor, level, children, isOpen} = row;
  return html`
    <th scope="row"><span class="branch" style=${{"--level": level}}>
      ${children > 0
        ? html`<button class="fold" aria-expanded=${isOpen}
            aria-label=${`${actor.name}, ${count(children)} below it`}
            onClick=${() => fold(actor.name)}>
            <span aria-hidden="true">${isOpen ? "▾" : "▸"}</span></button>`
        : html`<span class="leaf" aria-hidden="true">·</span>`}
      <span>${actor.name}</span></span></th>`;
}

function SectionName({actor, level}) {
  const id = actor.name.replace(/^section\//, "");
  return html`
    <th scope="row"><span class="branch" style=${{"--level": level}}>
      <span class="leaf" aria-hidden="true">·</span>
      <a href=${toPlace("sections", id)} title=${actor.name}>
        ${actor.label || actor.name}</a></span></th>`;
}

function sectionRows(sections, level) {
  const rows = sections.actors.map(x => html`
    <tr key=${x.name} class="section-row">
      <${SectionName} actor=${x} level=${level} />
      <${Figures} actor=${x} /></tr>`);
  const more = sections.matching - sections.actors.length;
  if (more > 0)
    rows.push(html`
      <tr key="more"><td colspan=${columns.length + 2} class="note">
        ${count(more)} more; narrow the filter or show more.</td></tr>`);
  return rows;
}

function treeTable(actors, sections, how, fold) {
  // The sections hang below their supervisor, which therefore can be folded.
  const hasSections = sections !== null && sections.actors.length > 0;
  return treeRows(actors, how).flatMap(row => {
    const isParent = row.actor.name === sectionParent && hasSections;
    const shown = isParent ? {...row, children: sections.matching} : row;
    return [
      html`<tr key=${row.actor.name} class=${row.actor.kind}>
        <${TreeName} row=${shown} fold=${fold} />
        <${Figures} actor=${row.actor} /></tr>`,
      ...(isParent && row.isOpen ? sectionRows(sections, row.level + 1) : []),
    ];
  });
}

function States({byState}) {
  return html`
    <ul class="states" aria-label="Actors by state">
      ${Object.entries(byState).map(([name, n]) => n > 0 && html`
        <li key=${name}><${State} is=${name} /> <b>${count(n)}</b></li>`)}
    </ul>`;
}

function Tools({how, change}) {
  return html`
    <div class="tools">
      <label class="grow"><span>Filter</span>
        <input type="search" data-filter value=${how.filter}
          placeholder="name or course" autocomplete="off"
          onInput=${event => change({filter: event.target.value})} /></label>
      <label><span>Show</span>
        <select value=${String(how.limit)}
          onChange=${event => change({limit: Number(event.target.value)})}>
          ${tops.map(x => html`<option key=${x} value=${String(x)}
            selected=${x === how.limit}>top ${x} sections</option>`)}
        </select></label>
      <label class="check"><input type="checkbox" checked=${how.hidesSystem}
        onChange=${event => change({hidesSystem: event.target.checked})} />
        <span>Hide system actors</span></label>
    </div>`;
}

function toggled(set, name) {
  const result = new Set(set);
  if (!result.delete(name))
    result.add(name);
  return result;
}

// Where no supervisor stands above the sections, they stand alone.
function rowsOf(system, sections, how, fold) {
  if (how.hidesSystem)
    return sections ? sectionRows(sections, 0) : [];
  const rows = treeTable(system.actors, sections, how, fold);
  const hasParent = rows.some(x => x.key === sectionParent);
  return hasParent || !sections ? rows : [...rows, ...sectionRows(sections, 0)];
}

function ActorTable({system, sections, how, change}) {
  const sort = key => change(nextSort(how, key));
  const fold = name => change({closed: toggled(how.closed, name)});
  const rows = rowsOf(system, sections, how, fold);
  const heads = [
    ...columns.map(x => html`<${SortHead} key=${x.key} column=${x}
      by=${how.sort} ascending=${how.order === "asc"} sort=${sort} />`),
    {title: "Last restart or failure"}, {title: ""},
  ];
  return html`
    <p class="note" role="status">
      ${plural(system.total, "actor")}; ${sections
        ? `${plural(sections.matching, "section")} match, `
          + `${count(sections.actors.length)} shown`
        : "sections are folded"}</p>
    <${Table} label="Actors" class="actors" heads=${heads}>
      ${rows.length > 0 ? rows : html`
        <tr><td colspan=${columns.length + 2} class="empty">
          Nothing matches the filter.</td></tr>`}
    <//>`;
}

export function Actors() {
  const [how, setHow] = useState({
    filter: "", limit: tops[0], hidesSystem: false, closed: new Set(),
    sort: "messages", order: "desc",
  });
  const change = x => setHow(old => ({...old, ...x}));
  const filter = useSettled(how.filter.trim());
  const {sort, order, limit} = how;
  const system = useLive(withQuery(`${root}/actors`,
    {kind: "system", limit: tops.at(-1)}));
  const showsSections = how.hidesSystem || !how.closed.has(sectionParent);
  const sections = useLive(showsSections
    ? withQuery(`${root}/actors`, {kind: "section", sort, order, filter, limit})
    : null);
  return html`
    <h1 class="hidden">Actors</h1>
    <${Shown} live=${system}>
      ${x => html`
        <${Tools} how=${how} change=${change} />
        <${States} byState=${x.by_state} />
        ${sections.problem && html`<p class="notice bad" role="alert">
          ${sections.problem.detail}</p>`}
        <${ActorTable} system=${x} how=${{...how, filter}}
          sections=${showsSections ? sections.data : null} change=${change} />`}
    <//>`;
}
