import assert from "node:assert/strict";
import { test } from "node:test";
import { inLanguage, script } from "./page.js";

inLanguage("en");
Object.assign(globalThis, { localStorage: { getItem: () => null, setItem: () => {} } });
const { changed } = await script("place.js");
const { csvPath } = await script("csv.js");
const { read } = await script("watched.js");

test("a choice goes into the address beside what is there, and the language stays last", () => {
  assert.equal(changed("", { coin: "BTC" }, "en"), "?coin=BTC&lang=en");
  assert.equal(changed("?lang=fa&coin=BTC", { interval: "1d" }, "fa"), "?coin=BTC&interval=1d&lang=fa");
  assert.equal(changed("?coin=BTC&interval=1d&lang=en", { coin: "A&B" }, "en"), "?coin=A%26B&interval=1d&lang=en");
});

test("an empty choice goes out of the address", () => {
  assert.equal(changed("?coin=BTC&exchange=kraken&lang=en", { exchange: "" }, "en"), "?coin=BTC&lang=en");
});

test("the other language leads to the same place", () => {
  assert.equal(changed("?coin=ETH&lang=en", {}, "fa"), "?coin=ETH&lang=fa");
});

test("a part of the page has the address of its rows as CSV", () => {
  assert.equal(csvPath("/api/data/gas"), "/api/data/gas?format=csv&times=plain");
  assert.equal(csvPath("/api/data/news?limit=30", "languages"), "/api/data/news?limit=30&part=languages&format=csv&times=plain");
});

test("a list of watched coins that is damaged is an empty one", () => {
  assert.deepEqual(read('["BTC","ETH",7]'), ["BTC", "ETH"]);
  for (const damaged of [null, "", "{", "7", "null", '{"BTC":1}']) assert.deepEqual(read(damaged), []);
});
