// The prices: one row a coin, sorted and searched here, because all of them fit on the page.

import { age, setAge, setSectionAge } from "./ages.js";
import { change, setChange } from "./directions.js";
import { byId, element, keyed, mark, say, show } from "./elements.js";
import { amount, number, share, whole } from "./formats.js";
import { compactInMoney, exactDollars, labelled, money, priceInMoney } from "./money.js";
import { sparkline } from "./spark.js";
import { limitOf } from "./freshness.js";
import { coinLink, setCoinLink } from "./subject.js";
import { isWatched, onWatched, toggle, watchesAny } from "./watched.js";
import { t } from "./words.js";

const TABLE = "consensus_prices";
/** @type {Map<string, (number | null)[]>} */
const sparks = new Map();
/** @type {import("answers").Price[]} */
let coins = [];
/** Whether the list has come: until then nobody knows that there are none. */
let isKnown = false;
/** @type {{by: keyof import("answers").Price | null, ascending: boolean}} */
let order = { by: null, ascending: false };
/** @type {string | null} */
let chosen = null;
let onlyWatched = false;
/** @type {(symbol: string) => void} */
let choose = () => {};

/**
 * `onChoose(symbol)` is called when the person picks a coin.
 * @param {(symbol: string) => void} onChoose
 */
export function begin(onChoose) {
  choose = onChoose;
  byId("prices-search").addEventListener("input", arrange);
  onWatched(arrange);
  byId("prices-watched").addEventListener("click", () => {
    onlyWatched = !onlyWatched;
    arrange();
  });
  for (const heading of headings()) {
    heading.querySelector("button")?.addEventListener("click", () => sortBy(heading));
  }
  byId("prices-rows").addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const symbol = target.closest("tr")?.dataset.symbol;
    if (!symbol) return;
    if (target.closest(".watch")) toggle(symbol);
    else if (!target.closest("a")) choose(symbol);
  });
}

/** @type {() => NodeListOf<HTMLElement>} */
const headings = () => document.querySelectorAll("#prices th[data-sort]");

/** @param {import("answers").Price[]} list */
const latest = (list) =>
  list.map((coin) => coin.timestamp).reduce((one, other) => (one && one > (other ?? "") ? one : other), /** @type {string | null} */ (null));

/** @param {import("answers").Price[]} list */
export function showPrices(list) {
  coins = list;
  isKnown = true;
  for (const coin of list) if (coin.spark) sparks.set(coin.symbol, coin.spark);
  arrange();
  const newest = latest(list);
  setSectionAge(byId("prices-age"), newest, limitOf(TABLE));
}

/** @param {import("answers").Price[]} list */
export function showSparks(list) {
  for (const coin of list) if (coin.spark) sparks.set(coin.symbol, coin.spark);
  arrange();
}

/** @param {string | null} symbol */
export function markChosen(symbol) {
  chosen = symbol;
  arrange();
}

export const firstCoin = () => coins[0]?.symbol ?? null;
/** @param {string} symbol */
export const hasCoin = (symbol) => coins.some((coin) => coin.symbol === symbol);

/**
 * First the natural order of a column, then the other way round, then the order that the server gave.
 * @param {HTMLElement} heading
 */
function sortBy(heading) {
  const by = /** @type {keyof import("answers").Price} */ (heading.dataset.sort);
  const ascendingFirst = heading.dataset.first === "ascending";
  if (order.by !== by) order = { by, ascending: ascendingFirst };
  else if (order.ascending === ascendingFirst) order = { by, ascending: !ascendingFirst };
  else order = { by: null, ascending: false };
  for (const other of headings()) {
    mark(other, { "aria-sort": other.dataset.sort === order.by ? (order.ascending ? "ascending" : "descending") : null });
  }
  arrange();
}

function arrange() {
  if (!isKnown) return;
  const wanted = byId("prices-search").value;
  const found = sorted(coins.filter((coin) => isMeant(coin, wanted) && (!onlyWatched || isWatched(coin.symbol))));
  mark(byId("prices-watched"), { "aria-pressed": String(onlyWatched) });
  show(byId("prices-watched"), onlyWatched || watchesAny());
  keyed(byId("prices-rows"), found, (coin) => coin.symbol, makeRow);
  say(
    byId("prices-count"),
    coins.length ? t(wanted || onlyWatched ? "prices.found" : "prices.count", { n: whole(found.length), count: found.length, all: whole(coins.length) }) : "",
  );
  show(byId("prices-empty"), found.length === 0);
  say(byId("prices-empty"), coins.length ? t("prices.none") : t("page.nothing"));
}

/**
 * Whether a person who typed this means the coin: by its code or by its name.
 * @param {{symbol: string, name?: string | null}} coin
 * @param {string} typed
 */
export function isMeant(coin, typed) {
  const wanted = typed.trim().toLowerCase();
  return coin.symbol.toLowerCase().includes(wanted) || (coin.name ?? "").toLowerCase().includes(wanted);
}

/** @param {import("answers").Price[]} list */
function sorted(list) {
  const { by } = order;
  if (!by) return list;
  const known = list.filter((coin) => coin[by] !== null && coin[by] !== undefined);
  const unknown = list.filter((coin) => !known.includes(coin));
  const sign = order.ascending ? 1 : -1;
  return [...known.sort((one, other) => sign * compare(one[by], other[by])), ...unknown];
}

/**
 * @param {any} one a number, a text or a list, like the other
 * @param {any} other
 */
const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/** @returns {import("page").Part<import("answers").Price>} */
function makeRow() {
  const button = element("button", { type: "button", class: "coin" });
  const star = element("button", { type: "button", class: "watch" });
  const name = coinLink();
  mark(name, { class: "name to-coin", dir: "auto" });
  const heading = element("th", { role: "rowheader", scope: "row" }, star, button, name);
  const cells = {
    price: number(""),
    change: change(),
    sources: number(""),
    outliers: number("", { class: "outliers" }),
    spread: number(""),
    cap: amount(""),
    volume: amount(""),
    age: age(),
  };
  /**
   * @param {string} kind
   * @param {string} word
   * @param {import("page").Child[]} children
   */
  const cell = (kind, word, ...children) => element("td", { role: "cell", class: kind, ...labelled(word) }, ...children);
  const spark = cell("spark", "prices.spark");
  const node = element(
    "tr",
    { role: "row" },
    heading,
    cell("number price", "prices.price", cells.price),
    cell("number", "prices.change", cells.change),
    spark,
    cell("number more", "prices.sources", cells.sources, cells.outliers),
    cell("number more", "prices.spread", cells.spread),
    cell("number more", "prices.cap", cells.cap),
    cell("number more", "prices.volume.median", cells.volume),
    cell("age more", "age.title", cells.age),
  );
  /** @type {(number | null)[] | null} */
  let drawn = null;
  let drawnIn = "";
  return {
    node,
    update(coin) {
      mark(node, { "data-symbol": coin.symbol, class: coin.symbol === chosen ? "chosen" : null });
      mark(button, { "aria-pressed": String(coin.symbol === chosen) });
      say(button, coin.symbol);
      setCoinLink(name, coin.symbol, coin.name ?? t("coin.its"));
      mark(heading, { "aria-label": [coin.symbol, coin.name].filter(Boolean).join(" ") });
      say(star, isWatched(coin.symbol) ? "★" : "☆");
      mark(star, {
        "aria-pressed": String(isWatched(coin.symbol)),
        "aria-label": t("prices.watch", { symbol: coin.symbol }),
        title: t("prices.watch", { symbol: coin.symbol }),
      });
      mark(cells.price, { title: exactDollars(coin.price_usd) });
      say(cells.price, priceInMoney(coin.price_usd));
      setChange(cells.change, coin.price_change_24h);
      say(cells.sources, whole(coin.sources));
      const outliers = coin.outliers ?? [];
      say(cells.outliers, outliers.length ? t("prices.outliers", { n: whole(outliers.length), count: outliers.length }) : "");
      mark(cells.outliers, { title: outliers.join(", ") || null });
      say(cells.spread, share(coin.spread_percent));
      mark(cells.spread, { title: `${priceInMoney(coin.lowest_usd)} – ${priceInMoney(coin.highest_usd)}` });
      mark(cells.cap, { title: exactDollars(coin.market_cap) });
      say(cells.cap, compactInMoney(coin.market_cap));
      mark(cells.volume, { title: exactDollars(coin.volume_24h) });
      say(cells.volume, compactInMoney(coin.volume_24h));
      setAge(cells.age, coin.timestamp, limitOf(TABLE));
      const values = sparks.get(coin.symbol) ?? null;
      if (values !== drawn || money() !== drawnIn) {
        const line = values && sparkline(values);
        spark.replaceChildren(...(line ? [line] : []));
        drawn = values;
        drawnIn = money();
      }
    },
  };
}
