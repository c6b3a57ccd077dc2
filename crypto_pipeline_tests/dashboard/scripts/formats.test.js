import assert from "node:assert/strict";
import { test } from "node:test";
import { inLanguage, script } from "./page.js";

inLanguage("en");
const formats = await script("formats.js");
const DASH = formats.MISSING;

/** @param {string} name @param {[unknown, string][]} cases */
function writes(name, cases) {
  for (const [value, text] of cases) test(`${name} writes ${value} as ${text}`, () => assert.equal(formats[name](value), text));
}

writes("price", [
  [90512.3, "90,512.30"],
  [100, "100.00"],
  [99.99, "99.99"],
  [99.9999, "100.00"],
  [1, "1.00"],
  [1.23456, "1.2346"],
  [0.99999, "0.99999"],
  [0.0000123456, "0.000012346"],
  [0, "0"],
  [null, DASH],
  [undefined, DASH],
  [Number.NaN, DASH],
]);
writes("figure", [
  [1234.5, "1.235K"],
  [9.9e14, "990T"],
  [1.0822e21, "1.082E21"],
  [null, DASH],
]);
writes("compact", [
  [999.99, "999.99"],
  [1000, "1K"],
  [1.8123e12, "1.812T"],
  [-2500, "-2.5K"],
  [null, DASH],
]);
writes("bytes", [
  [457, "457"],
  [999, "999"],
  [1000, "1K"],
  [0, "0"],
  [null, DASH],
]);
writes("dollars", [
  [1e9, "$1B"],
  [null, DASH],
]);
writes("whole", [
  [1234.5, "1,235"],
  [0, "0"],
  [null, DASH],
]);
writes("short", [
  [0.00038, "0.00038"],
  [142.35678, "142.4"],
]);
writes("percent", [
  [1.5, "+1.50%"],
  [-0.004, "0.00%"],
  [0, "0.00%"],
  [null, DASH],
]);
writes("share", [
  [58.234, "58.23%"],
  [0, "0%"],
]);
writes("clock", [
  ["2026-11-24T00:05:59Z", "00:05"],
  ["2026-11-24T23:59:00+02:00", "21:59"],
  [null, DASH],
]);
writes("dayAndClock", [
  ["2026-11-24T10:00:00Z", "Nov 24 10:00"],
  [null, DASH],
]);
writes("utc", [
  ["2026-11-24T10:00:00.900Z", "2026-11-24 10:00:00 UTC"],
  [0, "1970-01-01 00:00:00 UTC"],
  [null, DASH],
]);

test("what is exact is every digit, and nothing for nothing", () => {
  assert.equal(formats.exact(0.1), "0.1");
  assert.equal(formats.exact(null), null);
});
