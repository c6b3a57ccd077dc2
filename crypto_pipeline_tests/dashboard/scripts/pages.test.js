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

test("older rows stay below what is new, but not more and more of them for days", async () => {
  const { rows, button, drawn } = list();
  Object.assign(globalThis, { sessionStorage: { getItem: () => null } });
  globalThis.fetch = async () => /** @type {any} */ ({ ok: true, status: 200, headers: new Headers(), json: async () => ({ rows: [0], next: null }) });
  rows.newest({ rows: [2, 1], next: "/older" });
  button.dispatchEvent(new Event("click"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(drawn(), [2, 1, 0]);
  for (let now = 3; now < 200; now += 1) rows.newest({ rows: [now, now - 1], next: "/older" });
  assert.equal(drawn().length, 200);
  let most = 0;
  for (let now = 200; now < 3000; now += 1) {
    rows.newest({ rows: [now, now - 1], next: "/older" });
    most = Math.max(most, drawn().length);
  }
  assert.ok(most < 400, String(most));
  assert.equal(button.hidden, false);
});
