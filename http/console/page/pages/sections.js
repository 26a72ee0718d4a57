// One section: what its ledger holds, who decides it, what it decided last.

import {askCapacity, askFreeze, askRestart, askThaw, nameOf} from "../acts.js";
import {
  Card, Figure, Figures, Shown, State, Time,
} from "../parts/words.js";
import {SectionSearch} from "../parts/section_search.js";
import {Table} from "../parts/table.js";
import {root} from "../client.js";
import {html} from "../html.js";
import {useLive} from "../live.js";
import {seatParts} from "../pure/equation.js";
import {count, percent, short, shortId, span, words}
  from "../pure/format.js";
import {toPlace} from "../pure/place.js";

function Acts({x}) {
  const {section, actor} = x;
  const isFrozen = section.status === "frozen";
  return html`
    <div class="buttons" role="group" aria-label="Acts">
      ${isFrozen
        ? html`<button class="main" onClick=${() => askThaw(section)}>
            Thaw …</button>`
        : html`<button class="harsh" onClick=${() => askFreeze(section)}>
            Freeze …</button>`}
      <button onClick=${() => askCapacity(section)}>Set capacity …</button>
      <button disabled=${!actor} onClick=${() => askRestart(
        {...actor, label: nameOf(section)}, section)}
        title=${actor ? "" : "Its actor is not running"}>
        Restart actor …</button>
      <a class="button" href=${toPlace("traces", "",
        {kind: "section_id", id: section.section_id})}>Trace …</a>
    </div>`;
}

function Heading({x}) {
  const {section} = x;
  return html`
    <div class="heading">
      <div>
        <h1>${nameOf(section)} <${State} is=${section.status} /></h1>
        <p class="note">${section.course_name}, ${section.semester}${" "}
          <code>${section.section_id}</code></p>
      </div>
      <${Acts} x=${x} />
    </div>`;
}

function Verdict({equation}) {
  const {holds} = equation;
  const [kind, text] = holds === null
    ? ["idle", "The rows are not counted yet."]
    : holds ? ["good", "The equation holds."]
            : ["bad", "The equation does not hold."];
  return html`
    <p class="verdict ${kind}"><b>${text}</b> ${equation.text}</p>`;
}

function Equation({equation}) {
  const parts = seatParts(equation);
  return html`
    <${Card} id="equation" title="Seats" class="wide">
      <div class="seats" role="img" aria-label=${parts.map(
        x => `${x.seats} ${x.name}`).join(", ") || "no seats"}>
        ${parts.map(x => html`
          <span key=${x.name} class="seat ${x.name.split(" ")[0]}"
            style=${{flexGrow: x.share}}>
            <b>${count(x.seats)}</b> ${x.name}</span>`)}
      </div>
      <${Verdict} equation=${equation} />
    <//>`;
}

function Counts({x}) {
  const {equation, sql} = x;
  return html`
    <${Figures} label="Counts">
      <${Figure} label="Seats">${count(equation.total_seats)}<//>
      <${Figure} label="Enrolled"
        note=${`${count(equation.roster_rows)} on the roster`}>
        ${count(equation.enrolled)}<//>
      <${Figure} label="Free">${count(equation.available)}<//>
      <${Figure} label="Waiting"
        note=${`${count(equation.waitlist_rows)} on the waitlist`}>
        ${count(equation.waitlisted)}<//>
      <${Figure} label="Sequence"
        note=${`version ${count(x.section.version)}`}>
        ${count(equation.sequence)}<//>
      <${Figure} label="SQL is behind by" unit="entries"
        note=${`SQL holds ${count(sql.sequence)}`}
        kind=${sql.behind > 1000 ? "bad" : ""}>
        ${count(sql.behind)}<//>
    <//>`;
}

function Owner({owner}) {
  return html`
    <${Card} id="owner" title="Owner">
      <dl class="pairs">
        <dt>Node</dt><dd>${owner.node}</dd>
        <dt>Partition</dt><dd>${owner.partition}</dd>
        <dt>Epoch</dt><dd>${count(owner.epoch)}</dd>
        <dt>Lease</dt>
        <dd><${State} is=${owner.lease_held ? "held" : "not held"} /></dd>
      </dl>
    <//>`;
}

function Actor({actor}) {
  if (!actor)
    return html`
      <${Card} id="actor" title="Actor">
        <p class="empty">It is not running: nobody has asked for this section
          since the start. The first request starts it.</p>
      <//>`;
  const last = actor.last_restart;
  return html`
    <${Card} id="actor" title="Actor">
      <dl class="pairs">
        <dt>State</dt><dd><${State} is=${actor.state} /></dd>
        <dt>Messages</dt><dd>${count(actor.messages)},${" "}
          ${short(actor.messages_per_second)} /s</dd>
        <dt>Busy</dt><dd>${percent(actor.busy)}</dd>
        <dt>Mailbox</dt><dd>${count(actor.depth)}, wait${" "}
          ${span(actor.wait_ms)}</dd>
        <dt>Restarts</dt><dd>${count(actor.restarts)}</dd>
        ${last && html`<dt>Last</dt>
          <dd><${Time} at=${last.at} /> ${last.cause}</dd>`}
      </dl>
    <//>`;
}

function Waitlist({x}) {
  const first = x.waitlist[0];
  const heads = [{title: "Place", isNumber: true}, {title: "Student"},
                 {title: "Since"}];
  return html`
    <${Card} id="waitlist" title="Waitlist"
      note=${first ? `${count(x.equation.waitlisted)} waiting, first `
                     + shortId(first.student_id) : "nobody waits"}>
      ${first && html`
        <${Table} label="Waitlist" class="short" heads=${heads}>
          ${x.waitlist.map(y => html`
            <tr key=${y.student_id}>
              <td class="number">${y.waitlist_position}</td>
              <td><code title=${y.student_id}>
                ${shortId(y.student_id)}</code></td>
              <td><${Time} at=${y.joined_at} /></td></tr>`)}
        <//>`}
    <//>`;
}

const decisionHeads = [
  {title: "Time"}, {title: "Student"}, {title: "Asked"}, {title: "Decided"},
  {title: "Reason"}, {title: "Latency", isNumber: true}, {title: "By"},
];

function Decision({x}) {
  const place = x.waitlist_position ? `place ${x.waitlist_position}` : "";
  const reason = x.code ? `${x.code}: ${x.detail ?? ""}` : x.detail ?? place;
  return html`
    <tr>
      <td><${Time} at=${x.at} exact /></td>
      <td><code title=${`student ${x.student_id ?? "none"}, request `
        + x.request_id}>${shortId(x.student_id)}</code></td>
      <td>${words(x.command)}</td>
      <td><${State} is=${x.status} /></td>
      <td class="text">${reason}</td>
      <td class="number">${span(x.latency_ms)}</td>
      <td>${x.by}</td>
    </tr>`;
}

function Decisions({decisions}) {
  return html`
    <${Card} id="decisions" title="Last decisions" class="wide"
      note="newest first, at most 50, since the actor started">
      ${decisions.length === 0
        ? html`<p class="empty">Nothing was decided yet.</p>`
        : html`<${Table} label="Last decisions" heads=${decisionHeads}>
            ${decisions.map(x => html`<${Decision} x=${x}
              key=${`${x.request_id} ${x.at} ${x.command}`} />`)}
          <//>`}
    <//>`;
}

function Problems({x}) {
  const all = x.stale
    ? ["The ledger does not answer; these are the last figures of the mirror.",
       ...x.problems]
    : x.problems;
  return all.map(y => html`<p class="notice bad" role="alert">${y}</p>`);
}

function Section({id}) {
  const live = useLive(`${root}/sections/${encodeURIComponent(id)}`);
  return html`
    <${Shown} live=${live}>
      ${x => html`
        <${Heading} x=${x} />
        <${Problems} x=${x} />
        <${Counts} x=${x} />
        <${Equation} equation=${x.equation} />
        <div class="cards">
          <${Owner} owner=${x.owner} />
          <${Actor} actor=${x.actor} />
          <${Waitlist} x=${x} />
        </div>
        <${Decisions} decisions=${x.decisions} />`}
    <//>`;
}

export function Sections({place}) {
  return html`
    <${SectionSearch} key=${place.id} />
    ${place.id !== "" && html`<${Section} key=${place.id} id=${place.id} />`}
    ${place.id === "" && html`
      <p class="empty">Type a course code, a part of a course's name, or an id
        (<kbd>/</kbd> leads there). ↑ and ↓ move through what is found, Enter
        opens it.</p>`}`;
}
