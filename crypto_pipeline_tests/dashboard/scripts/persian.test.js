import assert from "node:assert/strict";
import { test } from "node:test";
import { inLanguage, script } from "./page.js";

inLanguage("fa");
const formats = await script("formats.js");
const words = await script("words.js");

test("Persian numbers have Persian digits, and dollars stand behind them", () => {
  assert.equal(formats.whole(1234), "۱٬۲۳۴");
  assert.match(formats.dollars(1.5e9), / \$$/);
});

test("a Persian page is read from the right", () => assert.equal(words.isRightToLeft, true));
