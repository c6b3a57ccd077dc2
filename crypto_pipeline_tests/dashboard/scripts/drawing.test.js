import assert from "node:assert/strict";
import { test } from "node:test";
import { inLanguage, script } from "./page.js";

inLanguage("en");
const { chartOf } = await script("drawing.js");

const [TIME, PRICE, COUNT, COIN] = [
  { name: "t", type: "TIMESTAMP WITH TIME ZONE" },
  { name: "price", type: "DOUBLE" },
  { name: "n", type: "BIGINT" },
  { name: "coin", type: "VARCHAR" },
];

test("numbers over time are a line, numbers of names are bars", () => {
  assert.deepEqual(chartOf([COIN, TIME, PRICE], null), { kind: "line", along: "t", value: "price" });
  assert.deepEqual(chartOf([COIN, COUNT, PRICE], null), { kind: "bars", along: "coin", value: "n" });
});

test("what has no numbers, or nothing to lay them along, is not drawn", () => {
  assert.equal(chartOf([COIN, TIME], null), null);
  assert.equal(chartOf([PRICE], null), null);
  assert.equal(chartOf([], null), null);
});

test("a ready question says itself what is drawn, as long as its columns are there", () => {
  const wish = { kind: "bars", along: "coin", value: "price", unit: "USD" };
  assert.equal(chartOf([COIN, COUNT, PRICE], wish), wish);
  assert.deepEqual(chartOf([COIN, COUNT], wish), { kind: "bars", along: "coin", value: "n" });
});
