import assert from "node:assert/strict";
import { test } from "node:test";
import { inLanguage, script } from "./page.js";

inLanguage("en");
const { paged } = await script("pages.js");

function list() {
  /** @type {number[]} */
  let drawn = [];
  const button = Object.assign(new EventTarget(), { hidden: true, disabled: false });
  const rows = paged({
    button,
    of: (/** @type {{rows: number[]}} */ answer) => answer.rows,
    keyOf: String,
    draw: (/** @type {number[]} */ shown) => (drawn = shown),
    trouble: () => {},
  });
  return { rows, button, drawn: () => drawn };
}

test("the newest page is shown, and the button only where there is a next one", () => {
  const { rows, button, drawn } = list();
  rows.newest({ rows: [3, 2], next: "/older" });
  assert.deepEqual([drawn(), button.hidden], [[3, 2], false]);
  rows.newest({ rows: [3, 2], next: null });
  assert.equal(button.hidden, true);
});
