import assert from "node:assert/strict";
import test from "node:test";
import {firstMs, mostMs, pauseMs}
  from "../../../../http/console/page/pure/backoff.js";
import {eventReader} from "../../../../http/console/page/pure/event_reader.js";
import {emptyHistory, extended, lengthMax}
  from "../../../../http/console/page/pure/history.js";

const stream = ": hello\n\nevent: state\ndata: {\"a\":1}\n\n"
  + "event: problem\r\ndata: {\r\ndata: }\r\n\r\n: \n\ndata:x\n\n";
const events = [
  {event: "state", data: '{"a":1}'},
  {event: "problem", data: "{\n}"},
  {event: "message", data: "x"},
];

test("events are the same however the stream is cut", () => {
  for (let size = 1; size <= stream.length; ++size) {
    const take = eventReader();
    const got = [];
    for (let at = 0; at < stream.length; at += size)
      got.push(...take(stream.slice(at, at + size)));
    assert.deepEqual(got, events, `in pieces of ${size}`);
  }
});

test("an event that is not whole is kept back", () => {
  const take = eventReader();
  assert.deepEqual(take("event: state\ndata: 1"), []);
  assert.deepEqual(take("\n"), []);
  assert.deepEqual(take("\n"), [{event: "state", data: "1"}]);
});

test("pauses grow to a bound, and differ by chance", () => {
  assert.equal(pauseMs(0, 1), firstMs);
  assert.equal(pauseMs(1, 1), 2 * firstMs);
  assert.equal(pauseMs(100, 1), mostMs);
  assert.equal(pauseMs(100, 0), 0.75 * mostMs);
});

test("what was seen has a gap where nothing was seen, and a bound", () => {
  const seen = emptyHistory(["a"]);
  extended(seen, 10, {a: 1});
  extended(seen, 11, {a: 2});
  extended(seen, 11, {a: 3});
  extended(seen, 20, {});
  assert.deepEqual(seen.columns, [[10, 11, 12, 20], [1, 2, null, null]]);
  for (let i = 0; i < 2 * lengthMax; ++i)
    extended(seen, 21 + i, {a: i});
  assert.equal(seen.columns[0].length, lengthMax);
  assert.equal(seen.columns[1].at(-1), 2 * lengthMax - 1);
});
