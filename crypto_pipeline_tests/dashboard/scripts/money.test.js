import assert from "node:assert/strict";
import { test } from "node:test";
import { inLanguage, script } from "./page.js";

inLanguage("en");
const { converted, exactDollars, labelled, money, worth } = await script("money.js");

test("dollars are divided by what one of the other money is worth", () => {
  assert.equal(converted(108, { usd_per_unit: 1.5 }), 72);
  assert.equal(converted(0, { usd_per_unit: 2 }), 0);
});

test("what is missing stays missing, and without a rate dollars stay dollars", () => {
  assert.equal(converted(null, { usd_per_unit: 2 }), null);
  assert.equal(converted(undefined, null), undefined);
  assert.equal(converted(5, null), 5);
});

test("until a rate is known amounts are dollars and say so", () => {
  assert.equal(money(), "USD");
  assert.equal(worth(1.81e12), "$1.81T");
  assert.equal(exactDollars(0.00001234), "0.00001234");
  assert.deepEqual(labelled("prices.cap"), { "data-label": "Market cap, USD", "data-word": "prices.cap" });
});
