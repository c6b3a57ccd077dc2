import assert from "node:assert/strict";
import { test } from "node:test";
import { inLanguage, script } from "./page.js";

inLanguage("en");
const { kindOf, learnOutcomes, letterOf, nameOf } = await script("outcomes.js");

test("an outcome that nobody has explained counts as a failure", () => {
  assert.equal(kindOf("new_kind"), "failure");
  learnOutcomes({ new_kind: { kind: "wait", meaning: "It waits." } });
  assert.equal(kindOf("new_kind"), "wait");
});

test("every outcome has a letter, an unknown one a sign, none nothing", () => {
  assert.equal(letterOf("timeout"), "T");
  assert.equal(letterOf("new_kind"), "!");
  assert.equal(letterOf(null), "");
});

test("a name that has no words is its own", () => assert.equal(nameOf("new_kind"), "new kind"));
