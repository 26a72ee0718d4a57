// Who did what, and why.

import {useState} from "preact/hooks";
import {Card, Shown, State, Time} from "../parts/words.js";
import {Table} from "../parts/table.js";
import {root} from "../client.js";
import {html} from "../html.js";
import {useLive} from "../live.js";
import {isId, shortId} from "../pure/format.js";
import {withQuery} from "../pure/place.js";

const everyMs = 3000;
const limit = 50;
const heads = [
  {title: "When"}, {title: "Who"}, {title: "What"}, {title: "Subject"},
  {title: "Why"}, {title: "Details"}, {title: "Audit row"},
];

function Act({x, state}) {
  return html`
    <tr class=${state}>
      <td><${Time} at=${x.at} /></td>
      <td>${x.who}</td>
      <td>${x.action}</td>
      <td><code title=${x.subject}>
        ${isId(x.subject) ? shortId(x.subject) : x.subject}</code></td>
      <td class="text">${x.reason}</td>
      <td class="text">${x.detail}</td>
      <td><${State} is=${state} /></td>
    </tr>`;
}

function List({x, isFirst}) {
  const pending = isFirst ? x.pending : [];
  if (x.acts.length + pending.length === 0)
    return html`<p class="empty">Nobody has done anything yet.</p>`;
  return html`
    <${Table} label="Acts" heads=${heads}>
      ${pending.map(y => html`
        <${Act} key=${y.act_id} x=${y} state="pending" />`)}
      ${x.acts.map(y => html`
        <${Act} key=${y.act_id} x=${y} state="written" />`)}
    <//>`;
}

export function Acts() {
  const [cursors, setCursors] = useState([]);
  const live = useLive(withQuery(`${root}/acts`,
    {limit, cursor: cursors.at(-1)}), everyMs);
  const next = live.data?.next_cursor;
  return html`
    <h1 class="hidden">Acts</h1>
    <${Card} id="acts" title="Acts" class="wide"
      note="newest first; a pending one is tried until SQL takes its row">
      <${Shown} live=${live}>
        ${x => html`<${List} x=${x} isFirst=${cursors.length === 0} />`}
      <//>
      ${(cursors.length > 0 || next) && html`
        <div class="buttons">
          <button disabled=${cursors.length === 0}
            onClick=${() => setCursors(cursors.slice(0, -1))}>Newer</button>
          <button disabled=${!next}
            onClick=${() => setCursors([...cursors, next])}>Older</button>
        </div>`}
    <//>`;
}
