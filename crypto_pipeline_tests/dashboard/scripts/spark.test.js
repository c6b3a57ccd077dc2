import assert from "node:assert/strict";
import { test } from "node:test";
import { inLanguage, script } from "./page.js";

inLanguage("en");
const { pieces, sparkline } = await script("spark.js");

test("hours of which nothing is known are gaps", () => {
  assert.deepEqual(pieces([1, 2, null, 3, 4]), [
    [
      [0, 1],
      [1, 2],
    ],
    [
      [3, 3],
      [4, 4],
    ],
  ]);
});

test("a lone value between gaps is a short dash", () => {
  assert.deepEqual(pieces([null, 5, null]), [
    [
      [0.7, 5],
      [1.3, 5],
    ],
  ]);
});

test("of fewer than two known hours there is no line", () => {
  assert.equal(sparkline([null, 1, null]), null);
  assert.equal(sparkline([]), null);
});
