// Figures and times as people read them. What is not known is a dash.

export const unknown = "–";

function isKnown(x) {
  return x !== null && x !== undefined && !Number.isNaN(x);
}

const whole = new Intl.NumberFormat("en", {maximumFractionDigits: 0});
const digits = [0, 1, 2].map(
  n => new Intl.NumberFormat("en", {maximumFractionDigits: n}));

export function count(x) {
  return isKnown(x) ? whole.format(x) : unknown;
}

// Three digits that matter, and no more.
export function short(x) {
  if (!isKnown(x))
    return unknown;
  const size = Math.abs(x);
  return digits[size >= 100 ? 0 : size >= 10 ? 1 : 2].format(x);
}

// One digit behind the point, always: in columns the points stand together.
const oneDigit = new Intl.NumberFormat(
  "en", {minimumFractionDigits: 1, maximumFractionDigits: 1});

export function rate(x) {
  return isKnown(x) ? oneDigit.format(x) : unknown;
}

export function percent(share) {
  if (!isKnown(share))
    return unknown;
  const x = share * 100;
  return x > 0 && x < 1 ? "< 1 %" : `${whole.format(x)} %`;
}

export function bytes(x) {
  if (!isKnown(x))
    return unknown;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let at = 0;
  for (; x >= 1024 && at < units.length - 1; ++at)
    x /= 1024;
  return `${short(x)} ${units[at]}`;
}

// A span in the unit that suits it: 0.25 ms, 12 s, 3 min 5 s, 2 h 10 min.
export function span(ms) {
  if (!isKnown(ms))
    return unknown;
  if (ms < 1000)
    return `${short(ms)} ms`;
  const s = ms / 1000;
  if (s < 60)
    return `${short(Math.floor(s * 10) / 10)} s`;
  const minutes = Math.floor(s / 60);
  if (minutes < 60)
    return `${minutes} min ${Math.floor(s % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min`
                    : `${Math.floor(hours / 24)} days`;
}

function two(x) {
  return String(x).padStart(2, "0");
}

// The hour of the day here: 14:05:09.
export function clock(time) {
  const x = new Date(time);
  return Number.isNaN(x.getTime())
    ? unknown
    : `${two(x.getHours())}:${two(x.getMinutes())}:${two(x.getSeconds())}`;
}

export function clockMs(time) {
  const x = new Date(time);
  return Number.isNaN(x.getTime())
    ? unknown
    : `${clock(x)}.${String(x.getMilliseconds()).padStart(3, "0")}`;
}

export function day(time) {
  const x = new Date(time);
  return Number.isNaN(x.getTime())
    ? unknown
    : `${x.getFullYear()}-${two(x.getMonth() + 1)}-${two(x.getDate())}`;
}

// The clock, with the day in front where that is not today.
export function moment(time, now = Date.now()) {
  const sameDay = day(time) === day(now);
  return sameDay ? clock(time) : `${day(time)} ${clock(time)}`;
}

export function utc(time) {
  const x = new Date(time);
  return Number.isNaN(x.getTime())
    ? unknown
    : `${x.toISOString().replace("T", " ").replace("Z", "")} UTC`;
}

// The first group of an id tells rows apart well enough.
export function shortId(id) {
  return id ? id.slice(0, 8) : unknown;
}

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isId(text) {
  return idPattern.test(text);
}

// `left_waitlist` as words.
export function words(text) {
  return String(text ?? unknown).replaceAll("_", " ");
}

export function plural(n, one, many = `${one}s`) {
  return `${count(n)} ${n === 1 ? one : many}`;
}
