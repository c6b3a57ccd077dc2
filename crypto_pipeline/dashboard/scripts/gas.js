// Gas: what a transaction costs on each chain, in the chain's own unit.

import { age, setAge, setSectionAge } from "./ages.js";
import { byId, element, first, keyed, mark, say, show } from "./elements.js";
import { exact, number, short } from "./formats.js";
import { limitOf, newestOf } from "./freshness.js";
import { t } from "./words.js";

const FIRST = ["bitcoin", "ethereum"];

/** @param {import("answers").Gas[]} list */
export function showGas(list) {
  /** @param {import("answers").Gas} one */
  const rank = (one) => (FIRST.includes(one.blockchain) ? FIRST.indexOf(one.blockchain) : FIRST.length);
  const chains = [...list].sort((one, other) => rank(one) - rank(other) || one.blockchain.localeCompare(other.blockchain));
  keyed(byId("gas-rows"), chains, (one) => one.blockchain, makeRow);
  show(byId("gas-empty"), list.length === 0);
  say(byId("gas-empty"), t("page.nothing"));
  setSectionAge(byId("gas-age"), newestOf("gas_prices"), limitOf("gas_prices"));
}

/** @type {("slow" | "standard" | "fast")[]} */
const SPEEDS = ["slow", "standard", "fast"];

/** @returns {import("page").Part<import("answers").Gas>} */
function makeRow() {
  const speeds = SPEEDS.map((name) => ({ name, cell: number("") }));
  const chain = element("th", { scope: "row" }, number(""));
  const unit = number("");
  const old = age();
  const node = element(
    "tr",
    {},
    chain,
    ...speeds.map(({ cell }) => element("td", { class: "number" }, cell)),
    element("td", { class: "soft cut" }, unit),
    element("td", { class: "age" }, old),
  );
  return {
    node,
    update(one) {
      say(first(chain), one.blockchain);
      mark(chain, { title: [one.source, one.derived && t("gas.derived")].filter(Boolean).join(" · ") });
      for (const { name, cell } of speeds) {
        mark(cell, { title: exact(one[name]) });
        say(cell, short(one[name]));
      }
      say(unit, one.unit ?? "");
      mark(unit, { title: one.unit });
      setAge(old, one.timestamp, limitOf("gas_prices"));
    },
  };
}
