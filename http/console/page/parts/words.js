// Small pieces that every page is made of.

import {html} from "../html.js";
import {clockMs, moment, unknown, utc, words} from "../pure/format.js";

export function Time({at, exact = false}) {
  if (!at)
    return unknown;
  return html`
    <time datetime=${at} title=${utc(at)}>
      ${exact ? clockMs(at) : moment(at)}</time>`;
}

// A sign besides the colour and the word, for each kind of state.
const kinds = {
  good: "●", warn: "▲", bad: "■", idle: "○", cold: "✳",
};

const kindOf = {
  open: "good", running: "good", ready: "good", written: "good",
  enrolled: "good", alive: "good", held: "good", up: "good",
  full: "warn", degraded: "warn", restarting: "warn", starting: "warn",
  pending: "warn", waitlisted: "warn", joining: "warn", leaving: "warn",
  stuck: "bad", quarantined: "bad", unreachable: "bad", rejected: "bad",
  "not ready": "bad", lost: "bad", down: "bad", "not held": "bad",
  withdrawn: "bad",
  frozen: "cold", drained: "cold",
};

export function State({is, title}) {
  const kind = kindOf[is] ?? "idle";
  return html`
    <span class="state ${kind}" title=${title}>
      <span class="sign" aria-hidden="true">${kinds[kind]}</span>
      <span class="word">${words(is)}</span></span>`;
}

export function Figure({label, unit, children, kind = "", note}) {
  return html`
    <div class="figure ${kind}">
      <dt>${label}</dt>
      <dd><b>${children}</b>${unit && html` <span class="unit">${unit}</span>`}
        ${note && html`<span class="note">${note}</span>`}</dd>
    </div>`;
}

export function Figures({label, children}) {
  return html`<dl class="figures" aria-label=${label}>${children}</dl>`;
}

// A share as a bar with its figure beside it.
export function Bar({share, text}) {
  const width = `${Math.min(100, Math.max(0, (share ?? 0) * 100))}%`;
  return html`
    <span class="share">
      <span class="track" aria-hidden="true"><span class="fill"
        style=${{width}}></span></span>
      <span class="value">${text}</span>
    </span>`;
}

export function Card({title, note, children, class: more = "", id}) {
  return html`
    <section class="card ${more}" aria-labelledby=${id}>
      <header><h2 id=${id}>${title}</h2>
        ${note && html`<span class="note">${note}</span>`}</header>
      ${children}
    </section>`;
}

// What a page shows of something it follows: the thing itself, greyed where it
// is old, or why there is none.
export function Shown({live, children}) {
  const {data, problem, isOld, status} = live;
  return html`
    ${problem && html`
      <p class="notice bad" role="alert">
        ${data ? "What is shown is old: " : ""}${problem.detail}</p>`}
    ${!data && !problem && html`
      <p class="empty" role="status">${status === "lost"
        ? "Nothing has come yet." : "Asking …"}</p>`}
    ${data && html`
      <div class=${isOld ? "old" : ""} aria-busy=${isOld}>
        ${children(data)}</div>`}`;
}
