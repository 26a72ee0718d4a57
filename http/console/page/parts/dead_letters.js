// Registrations that SQL refused for good: looked through, retried, discarded.

import {useEffect, useState} from "preact/hooks";
import {askDiscard, askRetry} from "../acts.js";
import {root} from "../client.js";
import {html} from "../html.js";
import {useLive} from "../live.js";
import {count, isId, plural, shortId} from "../pure/format.js";
import {toPlace, withQuery} from "../pure/place.js";
import {Card, Shown, Time} from "./words.js";
import {Table} from "./table.js";

const everyMs = 5000;
const limit = 50;
const typingMs = 300;
const filters = [
  {name: "section", label: "Section id", takes: isId},
  {name: "student", label: "Student id", takes: isId},
  {name: "kind", label: "Kind", takes: () => true},
  {name: "sqlstate", label: "SQLSTATE", takes: x => x.length === 5},
];

// Only what the service can take; the field says what is wrong with the rest.
function askable(values) {
  return Object.fromEntries(filters.map(({name, takes}) => {
    const text = (values[name] ?? "").trim();
    return [name, takes(text) ? text : ""];
  }));
}

function Filters({values, change}) {
  return html`
    <div class="tools" role="search" aria-label="Filter dead letters">
      ${filters.map(({name, label, takes}, i) => {
        const text = (values[name] ?? "").trim();
        return html`
          <label key=${name} class=${takes === isId ? "grow" : ""}>
            <span>${label}</span>
            <input type="search" name=${name} value=${values[name] ?? ""}
              data-filter=${i === 0 ? "" : undefined} autocomplete="off"
              aria-invalid=${text !== "" && !takes(text)}
              onInput=${event => change(name, event.target.value)} /></label>`;
      })}
    </div>`;
}

function heads(isAll, selectAll) {
  return [
    html`<th scope="col"><input type="checkbox" checked=${isAll}
      aria-label="Select all that are shown" onChange=${selectAll} /></th>`,
    {title: "When"}, {title: "Section"}, {title: "Student"}, {title: "Kind"},
    {title: "SQLSTATE"}, {title: "Reason"},
  ];
}

function Letter({x, isSelected, toggle}) {
  return html`
    <tr aria-selected=${isSelected}>
      <td><input type="checkbox" checked=${isSelected} onChange=${toggle}
        aria-label=${`Select ${x.dead_letter_id}`} /></td>
      <td><${Time} at=${x.created_at} /></td>
      <td><a href=${toPlace("sections", x.section_id)} title=${x.section_id}>
        <code>${shortId(x.section_id)}</code></a></td>
      <td><code title=${x.student_id}>${shortId(x.student_id)}</code></td>
      <td>${x.kind}</td>
      <td><code>${x.sqlstate}</code></td>
      <td class="text">${x.reason}${!x.can_retry && html`
        <span class="note">cannot be retried</span>`}</td>
    </tr>`;
}

function Letters({x, selected, setSelected}) {
  const letters = x.dead_letters;
  const chosen = letters.filter(y => selected.has(y.dead_letter_id));
  const ids = chosen.map(y => y.dead_letter_id);
  const retriable = chosen.filter(y => y.can_retry).map(y => y.dead_letter_id);
  const isAll = letters.length > 0 && chosen.length === letters.length;
  const selectAll = () => setSelected(
    new Set(isAll ? [] : letters.map(y => y.dead_letter_id)));
  const toggle = id => {
    const next = new Set(selected);
    if (!next.delete(id))
      next.add(id);
    setSelected(next);
  };
  if (letters.length === 0)
    return html`<p class="empty">${x.total === 0
      ? "There are none." : "None is like this."}</p>`;
  return html`
    <div class="buttons">
      <span class="note" role="status">
        ${plural(ids.length, "letter")} selected</span>
      <button disabled=${retriable.length === 0}
        onClick=${() => askRetry(retriable)}>Retry …</button>
      <button disabled=${ids.length === 0}
        onClick=${() => askDiscard(ids)}>Discard …</button>
    </div>
    <${Table} label="Dead letters" heads=${heads(isAll, selectAll)}>
      ${letters.map(y => html`
        <${Letter} key=${y.dead_letter_id} x=${y}
          isSelected=${selected.has(y.dead_letter_id)}
          toggle=${() => toggle(y.dead_letter_id)} />`)}
    <//>`;
}

// Pages back and forth: the cursors that led here, the newest last.
function Pages({cursors, next, go}) {
  if (cursors.length === 0 && !next)
    return null;
  return html`
    <div class="buttons">
      <button disabled=${cursors.length === 0}
        onClick=${() => go(cursors.slice(0, -1))}>Back</button>
      <button disabled=${!next}
        onClick=${() => go([...cursors, next])}>Further</button>
    </div>`;
}

export function DeadLetters() {
  const [values, setValues] = useState({});
  const [asked, setAsked] = useState({});
  const [cursors, setCursors] = useState([]);
  const [selected, setSelected] = useState(new Set());
  useEffect(() => {
    const timer = setTimeout(() => setAsked(askable(values)), typingMs);
    return () => clearTimeout(timer);
  }, [values]);
  const change = (name, text) => {
    setValues({...values, [name]: text});
    setCursors([]);
    setSelected(new Set());
  };
  const live = useLive(withQuery(`${root}/dead-letters`,
    {...asked, limit, cursor: cursors.at(-1)}), everyMs);
  const {data} = live;
  return html`
    <${Card} id="letters" title="Dead letters" class="wide"
      note=${data && `${count(data.matching)} of ${count(data.total)}, oldest `
        + "first: registrations that SQL refused for good"}>
      <${Filters} values=${values} change=${change} />
      <${Shown} live=${live}>
        ${x => html`
          <${Letters} x=${x} selected=${selected} setSelected=${setSelected} />
          <${Pages} cursors=${cursors} next=${x.next_cursor}
            go=${setCursors} />`}
      <//>
    <//>`;
}
