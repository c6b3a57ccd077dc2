// Funding and open interest: the middle of all exchanges for each coin, and each contract behind it.

import { age, setAge, setSectionAge } from "./ages.js";
import { change, setChange } from "./directions.js";
import { byId, element, first, keyed, mark, say, show } from "./elements.js";
import { amount, inPercent, MISSING, number, percent, whole } from "./formats.js";
import { limitOf, newestOf } from "./freshness.js";
import { compactInMoney, exactDollars } from "./money.js";
import { coinLink, setCoinLink } from "./subject.js";
import { t } from "./words.js";

const TABLE = "derivatives_metrics";
const DIGITS = 4;
/** @type {Set<string>} */
const opened = new Set();
/** @type {Pick<import("answers").Derivatives, "by_symbol" | "derivatives">} */
let answer = { by_symbol: [], derivatives: [] };

/** @typedef {{kind: "coin", key: string, coin: import("answers").Underlying}} CoinRow */
/** @typedef {{kind: "contract", key: string, one: import("answers").Contract}} ContractRow */

/** @param {import("answers").Derivatives} latest */
export function showDerivatives(latest) {
  answer = latest;
  arrange();
  setSectionAge(byId("derivatives-age"), newestOf(TABLE) ?? latest.as_of, limitOf(TABLE));
}

function arrange() {
  /** @type {(CoinRow | ContractRow)[]} */
  const rows = answer.by_symbol.flatMap((coin) => [{ kind: "coin", key: coin.symbol, coin }, ...contractsOf(coin.symbol)]);
  keyed(byId("derivatives-rows"), rows, (row) => row.key, makeRow);
  show(byId("derivatives-empty"), rows.length === 0);
  say(byId("derivatives-empty"), t("page.nothing"));
}

/**
 * The contracts of a coin that the person has opened.
 * @param {string} symbol
 * @returns {ContractRow[]}
 */
function contractsOf(symbol) {
  if (!opened.has(symbol)) return [];
  return answer.derivatives.filter((one) => one.symbol === symbol).map((one) => ({ kind: "contract", key: `${one.source} ${one.contract}`, one }));
}

/**
 * @param {CoinRow | ContractRow} row
 * @returns {import("page").Part<any>} for rows of the same kind
 */
const makeRow = (row) => (row.kind === "coin" ? makeCoin(row.coin.symbol) : makeContract());

/**
 * @param {string} symbol
 * @returns {import("page").Part<CoinRow>}
 */
function makeCoin(symbol) {
  const button = element("button", { type: "button", class: "open" }, symbol);
  button.addEventListener("click", () => {
    if (!opened.delete(symbol)) opened.add(symbol);
    arrange();
  });
  const cells = { funding: change(), range: number(""), interest: amount(""), contracts: number("") };
  const link = setCoinLink(coinLink(), symbol, "↗");
  mark(link, { "aria-label": t("coin.page", { symbol }) });
  const node = element(
    "tr",
    {},
    element("th", { scope: "row" }, button, " ", link),
    ...Object.values(cells).map((cell) => element("td", { class: "number" }, cell)),
  );
  return {
    node,
    update({ coin }) {
      mark(button, { "aria-expanded": String(opened.has(symbol)) });
      setChange(cells.funding, inPercent(coin.funding_rate_8h), DIGITS);
      say(cells.range, coin.lowest === null ? MISSING : `${percent(inPercent(coin.lowest), DIGITS)} … ${percent(inPercent(coin.highest), DIGITS)}`);
      say(cells.interest, compactInMoney(coin.open_interest_usd));
      mark(cells.interest, { title: exactDollars(coin.open_interest_usd) });
      say(cells.contracts, whole(coin.contracts));
    },
  };
}

/** @returns {import("page").Part<ContractRow>} */
function makeContract() {
  const name = element("td", {}, number(""));
  const cells = { funding: change(), every: element("span"), interest: amount("") };
  const old = age();
  const node = element(
    "tr",
    { class: "contract" },
    name,
    element("td", { class: "number" }, cells.funding),
    element("td", { class: "number" }, cells.every),
    element("td", { class: "number" }, cells.interest),
    element("td", { class: "age" }, old),
  );
  return {
    node,
    update({ one }) {
      const title = `${one.source} ${one.contract}`;
      mark(name, { title });
      say(first(name), title);
      setChange(cells.funding, inPercent(one.funding_rate_8h), DIGITS);
      say(cells.every, one.funding_interval_hours ? t("derivatives.every", { n: whole(one.funding_interval_hours), count: one.funding_interval_hours }) : "");
      say(cells.interest, compactInMoney(one.open_interest_usd));
      mark(cells.interest, { title: exactDollars(one.open_interest_usd) });
      setAge(old, one.timestamp, limitOf(TABLE));
    },
  };
}
