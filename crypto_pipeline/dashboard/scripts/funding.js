// What the perpetual contracts on the coin of the page have paid, newest first.

import { setSectionAge } from "./ages.js";
import { change, setChange } from "./directions.js";
import { byId, element, keyed, mark, say, show } from "./elements.js";
import { dayAndClock, inPercent, number, utc } from "./formats.js";
import { paged } from "./pages.js";
import { coinOfPage } from "./subject.js";
import { t } from "./words.js";

const DIGITS = 4;
/** @type {ReturnType<typeof paged<import("answers").Payment, import("answers").FundingPayments>>} */
let list;

export function fundingPath() {
  const source = byId("funding-source").value;
  return `/api/data/funding?${new URLSearchParams({ symbol: coinOfPage ?? "", ...(source && { source }), limit: "50" })}`;
}

/**
 * @param {() => void} asksAgain
 * @param {(sentence: string | null) => void} trouble
 */
export function begin(asksAgain, trouble) {
  byId("funding-source").addEventListener("change", () => {
    list.reset();
    asksAgain();
  });
  list = paged({ button: byId("funding-more"), of: (answer) => answer.funding, keyOf, draw, trouble });
}

/** @param {import("answers").Payment} one */
const keyOf = (one) => `${one.funding_at} ${one.source} ${one.contract}`;

/** @param {import("answers").FundingPayments} answer */
export function showFunding(answer) {
  list.newest(answer);
  setSectionAge(byId("funding-age"), answer.as_of, null);
}

/** @param {import("answers").Payment[]} payments */
function draw(payments) {
  offerSources(payments);
  keyed(byId("funding-rows"), payments, keyOf, makeRow);
  show(byId("funding-empty"), payments.length === 0);
  say(byId("funding-empty"), t("funding.none", { symbol: coinOfPage }));
}

/**
 * An exchange that was once seen among the payments can be chosen.
 * @param {import("answers").Payment[]} payments
 */
function offerSources(payments) {
  const select = byId("funding-source");
  const known = new Set([...select.options].map((option) => option.value));
  const found = [...new Set(payments.map((one) => one.source))].filter((one) => !known.has(one)).sort();
  select.append(...found.map((one) => element("option", { value: one }, one)));
}

/** @returns {import("page").Part<import("answers").Payment>} */
function makeRow() {
  const time = element("time");
  const cells = { source: number(""), contract: number(""), rate: change(), rate8h: change() };
  const contract = element("td", { class: "soft cut" }, cells.contract);
  const node = element(
    "tr",
    {},
    element("td", {}, time),
    element("th", { scope: "row" }, cells.source),
    contract,
    element("td", { class: "number" }, cells.rate),
    element("td", { class: "number" }, cells.rate8h),
  );
  return {
    node,
    update(one) {
      mark(time, { datetime: one.funding_at, title: utc(one.funding_at) });
      say(time, dayAndClock(one.funding_at));
      say(cells.source, one.source);
      mark(contract, { title: one.contract });
      say(cells.contract, one.contract);
      setChange(cells.rate, inPercent(one.rate), DIGITS);
      setChange(cells.rate8h, inPercent(one.rate_8h), DIGITS);
    },
  };
}
