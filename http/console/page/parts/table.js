// Tables: heads that sort, and a frame that scrolls where it is narrow.

import {html} from "../html.js";

// @param by, ascending: how it is sorted now
// @param sort takes the column's key that was asked for
export function SortHead({column, by, ascending, sort}) {
  const {key, title, isNumber, hint} = column;
  const isIt = by === key;
  const says = !isIt ? "none" : ascending ? "ascending" : "descending";
  return html`
    <th scope="col" class=${isNumber ? "number" : ""} aria-sort=${says}>
      <button class="sort" title=${hint} onClick=${() => sort(key)}>
        ${title}<span class="arrow" aria-hidden="true">${
          !isIt ? "" : ascending ? "▲" : "▼"}</span>
      </button>
    </th>`;
}

export function Table({label, heads, children, class: more = ""}) {
  return html`
    <div class="scroll" role="region" aria-label=${label} tabindex="0">
      <table class=${more} aria-label=${label}>
        <thead><tr>${heads.map(x => x.type === undefined ? html`
          <th scope="col" class=${x.isNumber ? "number" : ""}>
            ${x.title}</th>` : x)}</tr></thead>
        <tbody>${children}</tbody>
      </table>
    </div>`;
}
