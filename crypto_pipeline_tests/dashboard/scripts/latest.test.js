import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "./page.js";

const { latest } = await script("latest.js");

test("only the last question is wanted", () => {
  const question = latest();
  const [first, second] = [question.anew(), question.anew()];
  assert.equal(first.aborted, true);
  assert.equal(second.aborted, false);
  assert.equal(question.signal, second);
});

test("questions of another kind are wanted as well", () => {
  const [one, other] = [latest(), latest()];
  const signal = one.anew();
  other.anew();
  assert.equal(signal.aborted, false);
});
