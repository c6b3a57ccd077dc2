// The perpetual contracts on the coin of the page, as they are now: the largest first.

import { age, setAge, setSectionAge } from "./ages.js";
import { change, setChange } from "./directions.js";
import { byId, element, keyed, mark, say, show } from "./elements.js";
import { amount, inPercent, number, whole } from "./formats.js";
import { limitOf } from "./freshness.js";
import { compactInMoney, exactDollars, worth } from "./money.js";
import { coinOfPage } from "./subject.js";
import { t } from "./words.js";

const TABLE = "derivatives_metrics";
const DIGITS = 4;

export const contractsPath = () => `/api/data/derivatives?${new URLSearchParams({ symbol: coinOfPage ?? "", limit: "500" })}`;

/** @param {import("answers").Derivatives} answer */
export function showContracts({ derivatives, by_symbol: together }) {
  keyed(byId("contracts-rows"), derivatives, (one) => `${one.source} ${one.contract}`, makeRow);
  show(byId("contracts-empty"), derivatives.length === 0);
  say(byId("contracts-empty"), t("contracts.none", { symbol: coinOfPage }));
  const [all] = together;
  say(
    byId("contracts-count"),
    all ? t("contracts.count", { n: whole(all.contracts), count: all.contracts, exchanges: whole(all.sources), open: worth(all.open_interest_usd) }) : "",
  );
  const newest = derivatives
    .map((one) => one.timestamp)
    .sort()
    .at(-1);
  setSectionAge(byId("contracts-age"), newest, limitOf(TABLE));
}

/** @returns {import("page").Part<import("answers").Contract>} */
function makeRow() {
  const cells = { source: number(""), contract: number(""), funding: change(), every: element("span"), interest: amount(""), volume: amount(""), age: age() };
  const contract = element("td", { class: "soft cut" }, cells.contract);
  const node = element(
    "tr",
    {},
    element("th", { scope: "row" }, cells.source),
    contract,
    element("td", { class: "number" }, cells.funding),
    element("td", { class: "soft" }, cells.every),
    element("td", { class: "number" }, cells.interest),
    element("td", { class: "number" }, cells.volume),
    element("td", { class: "age" }, cells.age),
  );
  return {
    node,
    update(one) {
      say(cells.source, one.source);
      mark(contract, { title: one.contract });
      say(cells.contract, one.contract);
      setChange(cells.funding, inPercent(one.funding_rate_8h), DIGITS);
      say(cells.every, one.funding_interval_hours ? t("derivatives.every", { n: whole(one.funding_interval_hours), count: one.funding_interval_hours }) : "");
      mark(cells.interest, { title: exactDollars(one.open_interest_usd) });
      say(cells.interest, compactInMoney(one.open_interest_usd));
      mark(cells.volume, { title: exactDollars(one.volume_24h_usd) });
      say(cells.volume, compactInMoney(one.volume_24h_usd));
      setAge(cells.age, one.timestamp, limitOf(TABLE));
    },
  };
}
