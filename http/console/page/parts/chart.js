// One chart of what was seen since the page was opened.

import {useEffect, useRef, useState} from "preact/hooks";
import uPlot from "uplot";
import {html} from "../html.js";
import {clock} from "../pure/format.js";
import {useStore} from "../store.js";
import {colours} from "../theme.js";

const height = 168;
// Between two marks of the time, in seconds.
const stepsS = [1, 2, 5, 10, 15, 30, 60, 120, 300];
// All charts of a page show the same moment under the pointer.
const together = uPlot.sync("console");

// The colour that a style's name stands for now, in light or in dark.
function colourOf(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function axes(show) {
  const look = {
    stroke: colourOf("quiet"),
    grid: {stroke: colourOf("line"), width: 1},
    ticks: {show: false},
    font: "12px system-ui, sans-serif",
  };
  return [
    {...look, space: 80, incrs: stepsS, size: 28,
     values: (_, ticks) => ticks.map(x => clock(x * 1000))},
    {...look, size: 62, space: 32, values: (_, ticks) => ticks.map(show)},
  ];
}

function options({series, show, width, pointAt}) {
  return {
    width,
    height,
    padding: [10, 26, 0, 0],
    cursor: {sync: {key: together.key}, points: {size: 6}, drag: {x: false}},
    legend: {show: false},
    scales: {y: {range: (_, low, high) => [0, Math.max(high ?? 0, 1) * 1.08]}},
    axes: axes(show),
    series: [{}, ...series.map(x => ({
      label: x.label,
      stroke: colourOf(x.colour),
      fill: x.isFilled ? colourOf(`${x.colour}-fill`) : undefined,
      width: 1.75,
      dash: x.dash,
      points: {show: false},
    }))],
    hooks: {setCursor: [plot => pointAt(plot.cursor.idx ?? null)]},
  };
}

function Legend({series, columns, at, show}) {
  const index = at ?? columns[0].length - 1;
  return html`
    <ul class="legend">
      ${series.map((x, i) => html`
        <li key=${x.label}>
          <svg width="20" height="8" aria-hidden="true"><line x1="0" x2="20"
            y1="4" y2="4" stroke-width="2.5" class="stroke-${x.colour}"
            stroke-dasharray=${x.dash?.join(" ")} /></svg>
          ${x.label} <b>${show(columns[i + 1][index])}</b>
        </li>`)}
    </ul>`;
}

// @param series [{label, colour, dash, isFilled}], one for each column after
//   the first of `columns`, which is seconds
// @param show makes text of a value
// @param version changes whenever the columns do
export function Chart({title, unit, series, columns, show, version}) {
  const place = useRef(null);
  const plot = useRef(null);
  const [at, setAt] = useState(null);
  const look = useStore(colours);
  useEffect(() => {
    const node = place.current;
    const width = () => Math.max(node.clientWidth, 120);
    plot.current = new uPlot(
      options({series, show, width: width(), pointAt: setAt}), columns, node);
    const watch = new ResizeObserver(
      () => plot.current?.setSize({width: width(), height}));
    watch.observe(node);
    return () => {
      watch.disconnect();
      plot.current.destroy();
      plot.current = null;
    };
  }, [look]);
  useEffect(() => plot.current?.setData(columns), [version]);
  const now = series.map((x, i) => `${x.label} ${show(columns[i + 1].at(-1))}`);
  const seen = at === null ? "now" : `at ${clock(columns[0][at] * 1000)}`;
  return html`
    <figure class="chart">
      <figcaption><b>${title}</b> <span class="unit">${unit}, ${seen}</span>
        <${Legend} series=${series} columns=${columns} at=${at} show=${show} />
      </figcaption>
      <div ref=${place} role="img" style=${{height: `${height}px`}}
        aria-label=${`${title}: ${now.join(", ")} ${unit}`}></div>
    </figure>`;
}
