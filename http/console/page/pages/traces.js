// Every step of what concerns one student, section or request, for a while.

import {useState} from "preact/hooks";
import {askStopTrace, askTrace} from "../acts.js";
import {Card, Shown, State, Time} from "../parts/words.js";
import {Table} from "../parts/table.js";
import {root} from "../client.js";
import {html} from "../html.js";
import {useLive} from "../live.js";
import {count, isId, plural, shortId, span} from "../pure/format.js";
import {toPlace} from "../pure/place.js";

const everyMs = 3000;
const kinds = [["student_id", "Student"], ["section_id", "Section"],
               ["request_id", "Request"]];
const spans = [[60, "1 minute"], [300, "5 minutes"], [600, "10 minutes"]];

function subjectOf(trace) {
  const [key, title] = kinds.find(([x]) => trace[x]) ?? ["", "Nothing"];
  return {title: title.toLowerCase(), id: trace[key] ?? ""};
}

function Start({query}) {
  const known = kinds.some(([x]) => x === query.kind);
  const [kind, setKind] = useState(known ? query.kind : kinds[0][0]);
  const [id, setId] = useState(query.id ?? "");
  const [seconds, setSeconds] = useState(spans[0][0]);
  const isGood = isId(id.trim());
  const submit = event => {
    event.preventDefault();
    if (isGood)
      askTrace({[kind]: id.trim()}, seconds, trace => {
        location.hash = toPlace("traces", trace.trace_id);
      });
  };
  return html`
    <${Card} id="start" title="Start a trace" class="wide">
      <form class="tools" onSubmit=${submit}>
        <label><span>Of a</span>
          <select value=${kind}
            onChange=${event => setKind(event.target.value)}>
            ${kinds.map(([x, title]) => html`
              <option key=${x} value=${x} selected=${x === kind}>${title}
              </option>`)}
          </select></label>
        <label class="grow"><span>Id</span>
          <input data-filter value=${id} autocomplete="off" required
            aria-invalid=${id.trim() !== "" && !isGood}
            placeholder="00000000-0000-0000-0000-000000000000"
            onInput=${event => setId(event.target.value)} /></label>
        <label><span>For</span>
          <select value=${String(seconds)}
            onChange=${event => setSeconds(Number(event.target.value))}>
            ${spans.map(([x, title]) => html`
              <option key=${x} value=${String(x)} selected=${x === seconds}>
                ${title}</option>`)}
          </select></label>
        <button class="main" disabled=${!isGood}>Start …</button>
      </form>
    <//>`;
}

const listHeads = [
  {title: "Started"}, {title: "Of"}, {title: "State"}, {title: "Until"},
  {title: "Steps", isNumber: true}, {title: "Who"}, {title: "Why"},
];

function List({chosen}) {
  const live = useLive(`${root}/traces`, everyMs);
  return html`
    <${Card} id="traces" title="Traces" class="wide" note="newest first">
      <${Shown} live=${live}>
        ${({traces}) => traces.length === 0
          ? html`<p class="empty">None was started yet.</p>`
          : html`<${Table} label="Traces" heads=${listHeads}>
              ${traces.map(x => html`
                <${Row} key=${x.trace_id} trace=${x}
                  isChosen=${x.trace_id === chosen} />`)}
            <//>`}
      <//>
    <//>`;
}

function Row({trace, isChosen}) {
  const {title, id} = subjectOf(trace);
  return html`
    <tr aria-current=${isChosen ? "true" : undefined}>
      <td><${Time} at=${trace.started_at} /></td>
      <td><a href=${toPlace("traces", trace.trace_id)} title=${id}>
        ${title} <code>${shortId(id)}</code></a></td>
      <td><${State} is=${trace.running ? "running" : "ended"} /></td>
      <td><${Time} at=${trace.until} /></td>
      <td class="number">${count(trace.events)}</td>
      <td>${trace.who}</td>
      <td class="text">${trace.reason}</td>
    </tr>`;
}

const eventHeads = [
  {title: "Time"}, {title: "Step"}, {title: "Request"}, {title: "Student"},
  {title: "Section"}, {title: "Took", isNumber: true}, {title: "What"},
];

function Event({x}) {
  const id = y => html`<code title=${y}>${shortId(y)}</code>`;
  return html`
    <tr><td><${Time} at=${x.at} exact /></td><td>${x.step}</td>
      <td>${id(x.request_id)}</td><td>${id(x.student_id)}</td>
      <td>${id(x.section_id)}</td>
      <td class="number">${span(x.took_ms)}</td>
      <td class="text">${x.detail}</td></tr>`;
}

function Steps({trace, events}) {
  const {title, id} = subjectOf(trace);
  const forgotten = trace.forgotten > 0
    ? `; ${plural(trace.forgotten, "older step")} no longer kept` : "";
  return html`
    <div class="heading">
      <p><${State} is=${trace.running ? "running" : "ended"} />${" "}
        of the ${title} <code>${id}</code>, until${" "}
        <${Time} at=${trace.until} />${forgotten}. ${trace.who}:${" "}
        ${trace.reason}</p>
      <div class="buttons">
        <button disabled=${!trace.running}
          onClick=${() => askStopTrace(trace)}>Stop …</button>
      </div>
    </div>
    ${events.length === 0
      ? html`<p class="empty">Nothing has happened yet.</p>`
      : html`<${Table} label="Steps" heads=${eventHeads}>
          ${events.map((x, i) => html`<${Event} key=${i} x=${x} />`)}
        <//>`}`;
}

function Trace({id}) {
  const live = useLive(`${root}/traces/${encodeURIComponent(id)}`);
  return html`
    <${Card} id="steps" title="Steps" class="wide" note="in order">
      <${Shown} live=${live}>
        ${x => html`<${Steps} trace=${x.trace} events=${x.events} />`}
      <//>
    <//>`;
}

export function Traces({place}) {
  return html`
    <h1 class="hidden">Traces</h1>
    <${Start} key=${JSON.stringify(place.query)} query=${place.query} />
    ${place.id && html`<${Trace} key=${place.id} id=${place.id} />`}
    <${List} chosen=${place.id} />`;
}
