// Large transfers: how much, worth what, from where to where.

import { age, setAge, setSectionAge } from "./ages.js";
import { byId, element, keyed, mark, say, show } from "./elements.js";
import { amount, compact, dollars, exact, number } from "./formats.js";
import { exactDollars, worth } from "./money.js";
import { paged } from "./pages.js";
import { limitOf, newestOf } from "./freshness.js";
import { coinLink, coinOfPage, setCoinLink } from "./subject.js";
import { t } from "./words.js";

const TABLE = "whale_transactions";
const LEAST = [0, 1e6, 1e7, 1e8];
/** @type {ReturnType<typeof paged<import("answers").Transfer, import("answers").Transfers>>} */
let list;

export function transfersPath() {
  const least = Number(byId("transfers-least").value);
  return `/api/data/transfers?${new URLSearchParams({ limit: "50", ...(coinOfPage && { symbol: coinOfPage }), ...(least && { min_usd: String(least) }) })}`;
}

/**
 * @param {() => void} asksAgain
 * @param {(sentence: string | null) => void} trouble
 */
export function begin(asksAgain, trouble) {
  byId("transfers-least").append(...LEAST.map((least) => element("option", { value: least }, least ? dollars(least) : t("transfers.any"))));
  byId("transfers-least").addEventListener("change", () => {
    list.reset();
    asksAgain();
  });
  list = paged({ button: byId("transfers-more"), of: (answer) => answer.transfers, keyOf, draw, trouble });
}

/** @param {import("answers").Transfer} one */
const keyOf = (one) => `${one.blockchain} ${one.transaction_hash} ${one.event_index}`;

/** @param {import("answers").Transfers} answer */
export function showTransfers(answer) {
  list.newest(answer);
  setSectionAge(byId("transfers-age"), newestOf(TABLE) ?? answer.as_of, limitOf(TABLE));
}

/** @param {import("answers").Transfer[]} transfers */
function draw(transfers) {
  keyed(byId("transfers-rows"), transfers, keyOf, makeRow);
  show(byId("transfers-empty"), transfers.length === 0);
  say(
    byId("transfers-empty"),
    Number(byId("transfers-least").value) ? t("transfers.none") : coinOfPage ? t("transfers.none.of", { symbol: coinOfPage }) : t("page.nothing"),
  );
}

/**
 * An address or hash by its ends.
 * @param {string} text
 */
const ends = (text) => (text.length > 14 ? `${text.slice(0, 6)}…${text.slice(-4)}` : text);

/** @returns {import("page").Part<import("answers").Transfer>} */
function makeRow() {
  const moved = amount("");
  const coin = coinLink();
  const value = amount("");
  const chain = number("");
  const [from, to] = [number("", { class: "address" }), number("", { class: "address" })];
  const old = age();
  /**
   * @param {string} kind
   * @param {string} label
   * @param {import("page").Child[]} children
   */
  const cell = (kind, label, ...children) => element("td", { role: "cell", class: kind, "data-label": label }, ...children);
  const node = element(
    "tr",
    { role: "row" },
    cell("number", t("transfers.amount"), moved, " ", coin),
    cell("number", t("transfers.worth"), value),
    cell("", t("gas.chain"), chain),
    cell("addressed", t("transfers.from"), from),
    cell("addressed", t("transfers.to"), to),
    cell("age", t("age.title"), old),
  );
  return {
    node,
    update(one) {
      mark(moved, { title: exact(one.amount) });
      say(moved, compact(one.amount));
      setCoinLink(coin, one.symbol);
      mark(value, { title: exactDollars(one.amount_usd) });
      say(value, worth(one.amount_usd));
      mark(chain, { title: one.transaction_hash });
      say(chain, one.blockchain);
      showAddress(from, one.from_address);
      showAddress(to, one.to_address);
      setAge(old, one.timestamp);
    },
  };
}

/**
 * @param {HTMLElement} place
 * @param {string | null} address
 */
function showAddress(place, address) {
  mark(place, { title: address });
  say(place, address ? ends(address) : t("transfers.unsaid"));
}
