import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { inLanguage, script } from "./page.js";

inLanguage("en");
const { inWords } = await script("ages.js");
const { learn, now } = await script("clock.js");
const NOON = Date.parse("2026-11-24T12:00:00Z");
mock.method(Date, "now", () => NOON);

/** @param {number} seconds */
const ago = (seconds) => inWords(new Date(now() - seconds * 1000).toISOString());

for (const [seconds, text] of /** @type {[number, string][]} */ ([
  [4, "just now"],
  [5, "5 s ago"],
  [59, "59 s ago"],
  [60, "1 min ago"],
  [3599, "59 min ago"],
  [3600, "1 h ago"],
  [86_399, "23 h ago"],
  [86_400, "1 day ago"],
  [30 * 86_400, "Oct 25, 2026"],
  [-60, "just now"],
])) {
  test(`what is ${seconds} seconds old is ${text}`, () => assert.equal(ago(seconds), text));
}

test("the server's clock counts when ours is wrong by more than two seconds", () => {
  learn(new Date(NOON + 2000).toUTCString());
  assert.equal(now(), NOON);
  learn(new Date(NOON + 60_000).toUTCString());
  assert.equal(now(), NOON + 60_000);
  learn(new Date(NOON).toUTCString());
  assert.equal(now(), NOON);
});
