import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "./page.js";

const { joined, reachOf } = await script("past.js");
const at = (/** @type {number} */ day, close = day) => ({ timestamp: `2026-01-0${day}T00:00:00Z`, close });

test("where two answers have the same candle the newer answer is right", () => {
  assert.deepEqual(joined([at(1), at(2), at(3, 99)], [at(3), at(4)]), [at(1), at(2), at(3), at(4)]);
});

test("moments are compared as moments, however they are written", () => {
  const older = [{ timestamp: "2026-01-02T01:00:00+01:00" }];
  assert.deepEqual(joined(older, [at(2)]), [at(2)]);
});

test("nothing newer leaves what is older", () => assert.deepEqual(joined([at(1)], []), [at(1)]));

test("a list reaches from its first to its last candle, an empty one nowhere", () => {
  assert.deepEqual(reachOf([at(1), at(2), at(4)]), { from: at(1).timestamp, to: at(4).timestamp });
  assert.equal(reachOf([]), null);
});
