import assert from "node:assert/strict";
import { test } from "node:test";
import { inLanguage, script } from "./page.js";

inLanguage("en");
const { t, known } = await script("words.js");

test("names in braces are replaced, and those that nobody gave stay, so that they are noticed", () => {
  assert.equal(t("age.minutes", { n: "3", count: 3 }), "3 min ago");
  assert.equal(t("age.minutes", {}), "{n} min ago");
});

test("a key without words is shown as it is, so that it is noticed", () => assert.equal(t("no.such.key"), "no.such.key"));

test("what has no words is said in other words", () => assert.equal(known("no.such.key", "as the source says"), "as the source says"));
