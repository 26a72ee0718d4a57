import assert from "node:assert/strict";
import test from "node:test";
import {
  bytes, clock, count, isId, moment, percent, plural, rate, short, span,
  unknown, utc, words,
} from "../../../../http/console/page/pure/format.js";

test("figures have three digits that matter, what is unknown a dash", () => {
  assert.equal(short(1234.56), "1,235");
  assert.equal(short(12.345), "12.3");
  assert.equal(short(0.12), "0.12");
  assert.equal(short(0), "0");
  assert.equal(rate(76), "76.0");
  assert.equal(count(4496), "4,496");
  for (const make of [short, rate, count, percent, bytes, span])
    for (const x of [null, undefined, NaN])
      assert.equal(make(x), unknown);
});

test("a share above nothing is never shown as nothing", () => {
  assert.equal(percent(0), "0 %");
  assert.equal(percent(0.0001), "< 1 %");
  assert.equal(percent(0.5), "50 %");
  assert.equal(percent(1), "100 %");
});

test("spans are told in the unit that suits them", () => {
  assert.equal(span(0.25), "0.25 ms");
  assert.equal(span(999), "999 ms");
  assert.equal(span(1312), "1.3 s");
  assert.equal(span(59_990), "59.9 s");
  assert.equal(span(185_000), "3 min 5 s");
  assert.equal(span(7_800_000), "2 h 10 min");
  assert.equal(span(3 * 86_400_000), "3 days");
});

test("memory is told in powers of 1,024", () => {
  assert.equal(bytes(512), "512 B");
  assert.equal(bytes(345e6), "329 MiB");
});

test("times are local, with UTC beside them", () => {
  const time = new Date(2026, 8, 1, 8, 5, 9);
  assert.equal(clock(time), "08:05:09");
  assert.equal(moment(time, time), "08:05:09");
  assert.equal(moment(time, new Date(2026, 8, 2)), "2026-09-01 08:05:09");
  assert.equal(utc("2026-09-01T08:05:09.123Z"), "2026-09-01 08:05:09.123 UTC");
  assert.equal(clock("never"), unknown);
});

test("ids, words and plurals", () => {
  assert.ok(isId("789e0123-e45b-67c8-d901-234567890123"));
  assert.ok(!isId("789e0123"));
  assert.equal(words("left_waitlist"), "left waitlist");
  assert.equal(plural(1, "section"), "1 section");
  assert.equal(plural(0, "entry", "entries"), "0 entries");
});
