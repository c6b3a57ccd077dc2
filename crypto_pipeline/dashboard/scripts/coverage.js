// How much of the past of the coin of the page is there: a line an exchange, a cell a year.

import { setSectionAge } from "./ages.js";
import { chosenInterval } from "./coin.js";
import { byId, element, keyed, mark, say, show } from "./elements.js";
import { number, percent, whole } from "./formats.js";
import { coinOfPage } from "./subject.js";
import { t } from "./words.js";

/** @typedef {import("answers").YearOfCandles} Year */
/** @type {("halt" | "no_trades" | "refused" | "not_asked" | "unexplained")[]} */
const KINDS = ["halt", "no_trades", "refused", "not_asked", "unexplained"];
const NEARLY = 99.95;

export const coveragePath = () => `/api/data/coverage?${new URLSearchParams({ symbol: coinOfPage ?? "", interval: chosenInterval() })}`;

/** @param {import("answers").Coverage} answer */
export function showCoverage({ coverage, interval, as_of: newest }) {
  const years = spanOf(coverage);
  const names = [...new Set(coverage.map((one) => one.provider))];
  const exchanges = names.map((name) => ({ name, cells: coverage.filter((one) => one.provider === name), years }));
  byId("coverage-table").style.setProperty("--years", String(years.length));
  byId("coverage-years").replaceChildren(
    element("th", { scope: "col" }, t("said.source")),
    ...years.map((year) => element("th", { scope: "col", class: "year", title: String(year) }, number(`’${String(year).slice(2)}`))),
    element("th", { scope: "col", class: "why" }, t("coverage.missing")),
  );
  keyed(byId("coverage-rows"), exchanges, (one) => one.name, makeRow);
  show(byId("coverage-empty"), coverage.length === 0);
  say(byId("coverage-empty"), t("coverage.none", { symbol: coinOfPage, interval }));
  say(byId("coverage-count"), coverage.length ? t("coverage.count", { n: whole(exchanges.length), count: exchanges.length, interval }) : "");
  setSectionAge(byId("coverage-age"), newest, null, "coin.newest");
}

/**
 * All years from the first to the last.
 * @param {readonly Year[]} coverage
 */
function spanOf(coverage) {
  const known = coverage.map((one) => one.year);
  const first = Math.min(...known);
  return coverage.length ? Array.from({ length: Math.max(...known) - first + 1 }, (_, place) => first + place) : [];
}

/** @returns {import("page").Part<{name: string, cells: Year[], years: number[]}>} */
function makeRow() {
  const node = element("tr");
  return {
    node,
    update({ name, cells, years }) {
      const missing = KINDS.map((kind) => ({ kind, n: cells.reduce((sum, one) => sum + one[kind], 0) })).filter(({ n }) => n > 0);
      node.replaceChildren(
        element("th", { scope: "row", title: name }, number(name)),
        ...years.map((year) => cellOf(cells.find((one) => one.year === year))),
        element("td", { class: "why soft" }, missing.length ? wordsOf(missing) : t("coverage.whole")),
      );
    },
  };
}

/** @param {{kind: string, n: number}[]} missing */
const wordsOf = (missing) => missing.map(({ kind, n }) => t(`coverage.${kind}`, { n: whole(n), count: n })).join(" · ");

/** @param {Year | undefined} one */
function cellOf(one) {
  if (!one) return element("td", { class: "year absent" });
  const missing = KINDS.filter((kind) => one[kind] > 0).map((kind) => ({ kind, n: one[kind] }));
  const said = [percent(one.percent_there, 2).replace("+", ""), t("coverage.there", { n: whole(one.candles), count: one.candles }), wordsOf(missing)];
  const cell = element("td", { class: `year ${one.percent_there >= NEARLY ? "whole" : one.candles ? "part" : "nothing"}` });
  mark(cell, { title: said.filter(Boolean).join(" · ") });
  cell.append(number(whole(Math.floor(one.percent_there))));
  return cell;
}
