// Funding and open interest: the middle of all exchanges for each coin, and each contract behind it.

import { age, setAge, setSectionAge } from "./ages.js";
import { change, setChange } from "./directions.js";
import { byId, element, keyed, mark, say, show } from "./elements.js";
import { amount, compact, exact, MISSING, number, percent, whole } from "./formats.js";
import { limitOf, newestOf } from "./usual.js";
import { t } from "./words.js";

const TABLE = "derivatives_metrics";
const DIGITS = 4;
const opened = new Set();
let answer = { by_symbol: [], derivatives: [] };

export function showDerivatives(told) {
  answer = told;
  arrange();
  setSectionAge(byId("derivatives-age"), newestOf(TABLE) ?? told.as_of, limitOf(TABLE));
}

function arrange() {
  const rows = answer.by_symbol.flatMap((coin) => [
    { kind: "coin", key: coin.symbol, coin },
    ...(opened.has(coin.symbol) ? answer.derivatives.filter((one) => one.symbol === coin.symbol).map((one) => ({ kind: "contract", key: `${one.source} ${one.contract}`, one })) : []),
  ]);
  keyed(byId("derivatives-rows"), rows, (row) => row.key, (row) => (row.kind === "coin" ? makeCoin(row.coin.symbol) : makeContract()));
  show(byId("derivatives-empty"), rows.length === 0);
  say(byId("derivatives-empty"), t("page.nothing"));
}

/** Funding is stored as a fraction. */
const inPercent = (fraction) => (fraction === null || fraction === undefined ? null : fraction * 100);

function makeCoin(symbol) {
  const button = element("button", { type: "button", class: "open" }, symbol);
  button.addEventListener("click", () => {
    if (!opened.delete(symbol)) opened.add(symbol);
    arrange();
  });
  const cells = { funding: change(), range: number(""), interest: amount(""), contracts: number("") };
  const node = element("tr", {}, element("th", { scope: "row" }, button), ...Object.values(cells).map((cell) => element("td", { class: "number" }, cell)));
  return {
    node,
    update({ coin }) {
      mark(button, { "aria-expanded": String(opened.has(symbol)) });
      setChange(cells.funding, inPercent(coin.funding_rate_8h), DIGITS);
      say(cells.range, coin.lowest === null ? MISSING : `${percent(inPercent(coin.lowest), DIGITS)} … ${percent(inPercent(coin.highest), DIGITS)}`);
      say(cells.interest, compact(coin.open_interest_usd));
      mark(cells.interest, { title: exact(coin.open_interest_usd) });
      say(cells.contracts, whole(coin.contracts));
    },
  };
}

function makeContract() {
  const name = element("td", {}, number(""));
  const cells = { funding: change(), every: element("span"), interest: amount("") };
  const old = age();
  const node = element("tr", { class: "contract" }, name, element("td", { class: "number" }, cells.funding), element("td", { class: "number" }, cells.every), element("td", { class: "number" }, cells.interest), element("td", { class: "age" }, old));
  return {
    node,
    update({ one }) {
      const title = `${one.source} ${one.contract}`;
      mark(name, { title });
      say(name.firstElementChild, title);
      setChange(cells.funding, inPercent(one.funding_rate_8h), DIGITS);
      say(cells.every, one.funding_interval_hours ? t("derivatives.every", { n: whole(one.funding_interval_hours), count: one.funding_interval_hours }) : "");
      say(cells.interest, compact(one.open_interest_usd));
      mark(cells.interest, { title: exact(one.open_interest_usd) });
      setAge(old, one.timestamp, limitOf(TABLE));
    },
  };
}
