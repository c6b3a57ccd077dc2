// The prices: one row a coin, sorted and searched here, because all of them fit on the page.

import { age, setAge, setSectionAge } from "./ages.js";
import { change, setChange } from "./directions.js";
import { byId, element, keyed, mark, say, show } from "./elements.js";
import { amount, compact, exact, number, price, share, whole } from "./formats.js";
import { sparkline } from "./spark.js";
import { limitOf } from "./usual.js";
import { t } from "./words.js";

const TABLE = "consensus_prices";
const sparks = new Map();
let coins = [];
let order = { by: null, ascending: false };
let chosen = null;
let choose = () => {};

/** `onChoose(symbol)` is called when the person picks a coin. */
export function begin(onChoose) {
  choose = onChoose;
  byId("prices-search").addEventListener("input", arrange);
  for (const heading of document.querySelectorAll("#prices th[data-sort]")) {
    heading.querySelector("button").addEventListener("click", () => sortBy(heading));
  }
  byId("prices-rows").addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (row) choose(row.dataset.symbol);
  });
}

export function showPrices(list) {
  coins = list;
  for (const coin of list) if (coin.spark) sparks.set(coin.symbol, coin.spark);
  arrange();
  const newest = list.reduce((latest, coin) => (latest && latest > coin.timestamp ? latest : coin.timestamp), null);
  setSectionAge(byId("prices-age"), newest, limitOf(TABLE));
}

export function showSparks(list) {
  for (const coin of list) sparks.set(coin.symbol, coin.spark);
  arrange();
}

export function markChosen(symbol) {
  chosen = symbol;
  arrange();
}

export const firstCoin = () => coins[0]?.symbol ?? null;
export const hasCoin = (symbol) => coins.some((coin) => coin.symbol === symbol);

/** First the natural order of a column, then the other way round, then the order that the server gave. */
function sortBy(heading) {
  const by = heading.dataset.sort;
  const ascendingFirst = heading.dataset.first === "ascending";
  if (order.by !== by) order = { by, ascending: ascendingFirst };
  else if (order.ascending === ascendingFirst) order = { by, ascending: !ascendingFirst };
  else order = { by: null, ascending: false };
  for (const other of document.querySelectorAll("#prices th[data-sort]")) {
    mark(other, { "aria-sort": other.dataset.sort === order.by ? (order.ascending ? "ascending" : "descending") : null });
  }
  arrange();
}

function arrange() {
  const wanted = byId("prices-search").value.trim().toUpperCase();
  const found = sorted(coins.filter((coin) => coin.symbol.includes(wanted)));
  keyed(byId("prices-rows"), found, (coin) => coin.symbol, makeRow);
  say(byId("prices-count"), coins.length ? t(wanted ? "prices.found" : "prices.count", { n: whole(found.length), count: found.length, all: whole(coins.length) }) : "");
  show(byId("prices-empty"), found.length === 0);
  say(byId("prices-empty"), coins.length ? t("prices.none") : t("page.nothing"));
}

function sorted(list) {
  if (!order.by) return list;
  const sign = order.ascending ? 1 : -1;
  const value = (coin) => coin[order.by];
  const isKnown = (coin) => value(coin) !== null && value(coin) !== undefined;
  const compare = (one, other) => (value(one) < value(other) ? -1 : value(one) > value(other) ? 1 : 0);
  return [...list.filter(isKnown).sort((one, other) => sign * compare(one, other)), ...list.filter((coin) => !isKnown(coin))];
}

function makeRow() {
  const button = element("button", { type: "button", class: "coin" });
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
  const cell = (kind, label, ...children) => element("td", { role: "cell", class: kind, "data-label": label }, ...children);
  const spark = cell("spark", t("prices.spark"));
  const node = element(
    "tr",
    { role: "row" },
    element("th", { role: "rowheader", scope: "row" }, button),
    cell("number price", t("prices.price"), cells.price),
    cell("number", t("prices.change"), cells.change),
    spark,
    cell("number more", t("prices.sources"), cells.sources, cells.outliers),
    cell("number more", t("prices.spread"), cells.spread),
    cell("number more", t("prices.cap"), cells.cap),
    cell("number more", t("prices.volume.median"), cells.volume),
    cell("age more", t("age.title"), cells.age),
  );
  let drawn = null;
  return {
    node,
    update(coin) {
      mark(node, { "data-symbol": coin.symbol, class: coin.symbol === chosen ? "chosen" : null });
      mark(button, { "aria-pressed": String(coin.symbol === chosen) });
      say(button, coin.symbol);
      mark(cells.price, { title: exact(coin.price_usd) });
      say(cells.price, price(coin.price_usd));
      setChange(cells.change, coin.price_change_24h);
      say(cells.sources, whole(coin.sources));
      const outliers = coin.outliers ?? [];
      say(cells.outliers, outliers.length ? t("prices.outliers", { n: whole(outliers.length), count: outliers.length }) : "");
      mark(cells.outliers, { title: outliers.join(", ") || null });
      say(cells.spread, share(coin.spread_percent));
      mark(cells.spread, { title: `${price(coin.lowest_usd)} – ${price(coin.highest_usd)}` });
      say(cells.cap, compact(coin.market_cap));
      say(cells.volume, compact(coin.volume_24h));
      setAge(cells.age, coin.timestamp, limitOf(TABLE));
      const values = sparks.get(coin.symbol) ?? null;
      if (values !== drawn) {
        spark.replaceChildren(...[values && sparkline(values)].filter(Boolean));
        drawn = values;
      }
    },
  };
}
