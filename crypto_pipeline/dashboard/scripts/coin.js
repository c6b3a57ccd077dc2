// The chosen coin: its candles, and what each source says of its price.

import { age, setAge, setSectionAge } from "./ages.js";
import { ask as asked, HttpError, Unreachable } from "./requests.js";
import { change, setChange } from "./directions.js";
import { byId, element, first, keyed, last, mark, say, show } from "./elements.js";
import { amount, clock, compact, date, dayAndClock, exact, number, price, utc, whole } from "./formats.js";
import { limitOf } from "./freshness.js";
import { compactInMoney, exactDollars, priceInMoney } from "./money.js";
import { joined, reachOf } from "./past.js";
import * as place from "./place.js";
import { coinLink, coinOfPage, setCoinLink } from "./subject.js";
import { t } from "./words.js";

const LIMIT = 300;
const EARLIER = 2000;
const MOST = 20_000;
const ALOUD = 30;
const REMEMBERED = "crypto_pipeline_coin";

/** @typedef {{symbol: string | null, interval: string, provider: string}} Choice */
/** @type {Choice} */
const choice = coinOfPage
  ? { symbol: coinOfPage, interval: place.said("interval") || "1d", provider: place.said("exchange") }
  : { symbol: null, interval: "1h", provider: "", ...JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "{}"), ...placed() };
/** @type {typeof import("./candles.js") | null} */
let chart = null;
/** @type {import("answers").Candles} */
let answer;
/** Candles before those of the answer, which the person has asked for. @type {import("answers").Candle[]} */
let past = [];
let isWhole = false;
let ask = () => {};

/** What the address says of the coin; nothing when it says nothing. */
function placed() {
  if (coinOfPage) return { interval: place.said("interval") || "1d", provider: place.said("exchange") };
  const symbol = place.said("coin").toUpperCase();
  return symbol ? { symbol, interval: place.said("interval") || "1h", provider: place.said("exchange") } : {};
}

export const chosenCoin = () => choice.symbol;
export const chosenInterval = () => choice.interval;

/** @param {Partial<typeof choice>} change */
export function choose(change, isStep = false) {
  Object.assign(choice, change);
  place.say({ ...(!coinOfPage && { coin: choice.symbol ?? "" }), interval: choice.interval, exchange: choice.provider }, isStep);
  if (!coinOfPage) sessionStorage.setItem(REMEMBERED, JSON.stringify(choice));
  showTitle();
}

/** The panel always names the coin that its candles are of; where a page is about one, its head does. */
function showTitle() {
  if (coinOfPage) return;
  if (choice.symbol) setCoinLink(title, choice.symbol);
  byId("coin-title").replaceChildren(choice.symbol ? title : t("coin.title"));
}
const title = coinLink();

export function candlesPath() {
  if (!choice.symbol) return null;
  const query = new URLSearchParams({ symbol: choice.symbol, interval: choice.interval, limit: String(LIMIT) });
  if (choice.provider) query.set("provider", choice.provider);
  return `/api/data/candles?${query}`;
}

export const saidPath = () => (choice.symbol ? `/api/data/prices/${encodeURIComponent(choice.symbol)}` : null);

/**
 * `asksAgain()` is called when the person wants other candles.
 * @param {() => void} asksAgain
 */
export function begin(asksAgain) {
  ask = asksAgain;
  showTitle();
  const select = byId("provider");
  select.addEventListener("change", () => {
    choose({ provider: select.value }, true);
    ask();
  });
  byId("earlier").addEventListener("click", showEarlier);
}

/** The person went back or forward: the coin of that place. */
export function goBack() {
  Object.assign(choice, placed());
  showTitle();
}

/** There is no coin to choose yet. */
export function showNothing() {
  say(byId("legend"), t("page.nothing"));
  say(byId("said-empty"), t("page.nothing"));
  show(byId("said-empty"), true);
}

/** @param {import("answers").Candles} latest */
export async function showCandles(latest) {
  if (answer && keyOf(answer) !== keyOf(latest)) forget();
  answer = latest;
  const { candles, providers, interval, symbol, intervals: lengths } = latest;
  if (lengths.length && !lengths.includes(interval)) {
    choose({ interval: lengths[0], provider: "" });
    return ask();
  }
  showIntervals(lengths);
  keyed(
    byId("provider"),
    providers,
    (one) => one.provider,
    () => {
      const node = element("option");
      return { node, update: (one) => mark(say(node, one.currency ? `${nameOf(one.provider)} · ${one.currency}` : one.provider), { value: one.provider }) };
    },
  );
  byId("provider").value = latest.provider ?? "";
  setSectionAge(byId("candles-age"), providers.find((one) => one.provider === latest.provider)?.newest ?? latest.as_of, null, "coin.newest");
  const open = candles.findLast((one) => one.is_final === false) ?? null;
  byId("open-candle").replaceChildren(
    ...(open ? [element("span", { class: "hollow", "aria-hidden": "true" }), t("coin.closes", { time: `${dayAndClockOf(open, interval)} UTC` })] : []),
  );
  keyed(byId("candle-rows"), candles.slice(-ALOUD).reverse(), (one) => one.timestamp, makeCandle);
  chart ??= await import("./candles.js").catch((error) => {
    throw new Unreachable(String(error));
  });
  if (answer !== latest) return undefined;
  draw(chart);
  chart.onCrosshair(showLegend);
  showLegend(null);
  const newest = candles.at(-1);
  mark(byId("chart"), {
    "aria-label": newest ? t("coin.chart.said", { symbol, interval, n: candles.length, close: price(newest.close) }) : t("coin.chart.none", { symbol }),
  });
  return undefined;
}

/** How a person calls whose candles they are. @param {string} provider */
const nameOf = (provider) => (provider === "consensus" ? t("coin.consensus") : provider);

/** Whose candles they are. @param {import("answers").Candles} one */
const keyOf = (one) => `${one.symbol} ${one.interval} ${one.provider}`;

function forget() {
  past = [];
  isWhole = false;
}

/** @param {typeof import("./candles.js")} drawn */
function draw(drawn) {
  const all = joined(past, answer.candles);
  drawn.drawCandles(all, keyOf(answer));
  const reach = reachOf(all);
  show(byId("earlier"), !isWhole && answer.candles.length >= LIMIT && all.length < MOST);
  say(byId("reach"), reach ? t("coin.reach", { n: whole(all.length), from: date(reach.from), to: date(reach.to) }) : "");
}

/** Candles before the oldest that is shown, as far as the exchange has any. */
async function showEarlier() {
  const [oldest] = joined(past, answer.candles);
  const { symbol, interval, provider } = answer;
  const before = keyOf(answer);
  if (!oldest || !provider || !chart) return;
  const query = new URLSearchParams({ symbol, interval, provider, from: "1970-01-01", to: oldest.timestamp, limit: String(EARLIER) });
  byId("earlier").disabled = true;
  try {
    /** @type {{data: import("answers").Candles}} */
    const { data } = await asked(`/api/data/candles?${query}`);
    if (before !== keyOf(answer)) return;
    past = joined(data.candles, past);
    isWhole = data.candles.length < EARLIER;
  } catch (error) {
    if (!(error instanceof HttpError && error.status === 404) || before !== keyOf(answer)) return;
    isWhole = true; // it has none that are older
  } finally {
    byId("earlier").disabled = false;
  }
  draw(chart);
  chart.showAll();
}

/**
 * When an open candle closes.
 * @param {import("answers").Candle} open
 * @param {string} interval
 */
const dayAndClockOf = (open, interval) => {
  const end = Date.parse(open.timestamp) + length(interval);
  return length(interval) < 86_400_000 ? clock(end) : dayAndClock(end);
};

/** @type {Record<string, number>} */
const MILLISECONDS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * Milliseconds of an interval: 1h, 15m.
 * @param {string} interval
 */
const length = (interval) => Number.parseInt(interval, 10) * MILLISECONDS[interval.slice(-1)];

/** @param {string[]} lengths */
function showIntervals(lengths) {
  keyed(
    byId("intervals"),
    lengths,
    (one) => one,
    (one) => {
      const node = element("button", { type: "button" }, number(one));
      node.addEventListener("click", () => {
        choose({ interval: one, provider: "" }, true);
        ask();
      });
      return { node, update: () => {} };
    },
  );
  for (const button of byId("intervals").children) mark(button, { "aria-pressed": String(button.textContent === answer.interval) });
}

/**
 * The legend: the candle under the crosshair, else the newest.
 * @param {import("answers").Candle | null} candle
 */
function showLegend(candle) {
  const one = candle ?? answer.candles.at(-1);
  const facts = one
    ? [
        [t("coin.open"), price(one.open)],
        [t("coin.high"), price(one.high)],
        [t("coin.low"), price(one.low)],
        [t("coin.close"), price(one.close)],
        [t("coin.amount"), compact(one.volume)],
      ]
    : [];
  byId("legend").replaceChildren(
    ...(one
      ? [element("span", { title: utc(one.timestamp) }, `${number(dayAndClock(one.timestamp)).textContent} UTC`)]
      : [t("coin.chart.none", { symbol: choice.symbol })]),
    ...facts.map(([name, text]) => element("span", {}, `${name} `, element("b", {}, amount(text)))),
    ...(one ? [element("span", {}, number(answer.currency ?? "USD"))] : []),
    ...(one && answer.provider === "consensus" ? [element("span", {}, t("coin.made", { n: one.providers }))] : []),
    ...(one?.is_final === false ? [element("span", {}, t("coin.still"))] : []),
  );
}

/** @type {("open" | "high" | "low" | "close" | "volume")[]} */
const FIGURES = ["open", "high", "low", "close", "volume"];

/** @returns {import("page").Part<import("answers").Candle>} */
function makeCandle() {
  const cells = FIGURES.map((name) => ({ name, cell: amount("") }));
  const time = element("time");
  const still = element("span", { class: "soft" });
  const node = element("tr", {}, element("th", { scope: "row" }, time, still), ...cells.map(({ cell }) => element("td", { class: "number" }, cell)));
  return {
    node,
    update(one) {
      mark(time, { datetime: one.timestamp, title: utc(one.timestamp) });
      say(time, dayAndClock(one.timestamp));
      say(still, one.is_final === false ? ` (${t("coin.still")})` : "");
      for (const { name, cell } of cells) {
        mark(cell, { title: exact(one[name]) });
        say(cell, name === "volume" ? compact(one[name]) : price(one[name]));
      }
    },
  };
}

/** @param {import("answers").Coin} coin */
export function showSaid(coin) {
  keyed(byId("said-rows"), coin.sources, (one) => one.source, makeSaid);
  show(byId("said-empty"), false);
  const newest = coin.sources
    .map((one) => one.timestamp)
    .reduce((latest, one) => (latest && latest > (one ?? "") ? latest : one), /** @type {string | null} */ (null));
  setSectionAge(byId("said-age"), newest, limitOf("cached_market_data"));
  show(byId("said-age"), newest !== null);
}

/** @returns {import("page").Part<import("answers").SourcePrice>} */
function makeSaid() {
  const source = element("th", { scope: "row" }, number(""), " ", element("span", { class: "outliers" }));
  const cells = { price: number(""), deviation: change(), change: change(), volume: amount(""), pair: number(""), age: age() };
  const node = element(
    "tr",
    {},
    source,
    element("td", { class: "number" }, cells.price),
    element("td", { class: "number" }, cells.deviation),
    element("td", { class: "number" }, cells.change),
    element("td", { class: "number" }, cells.volume),
    element("td", { class: "soft cut" }, cells.pair),
    element("td", { class: "age" }, cells.age),
  );
  return {
    node,
    update(one) {
      mark(node, { class: one.is_outlier ? "outlier" : null });
      say(first(source), one.source);
      say(last(source), one.is_outlier ? t("said.outlier") : "");
      mark(cells.price, { title: exactDollars(one.price_usd) });
      say(cells.price, priceInMoney(one.price_usd));
      setChange(cells.deviation, one.deviation_percent, 3);
      setChange(cells.change, one.change_24h);
      mark(cells.volume, { title: exactDollars(one.volume_24h) });
      say(cells.volume, compactInMoney(one.volume_24h));
      const pair = [one.pair, one.quote].filter(Boolean).join(" · ");
      mark(cells.pair, { title: pair });
      say(cells.pair, one.pair && one.quote && one.pair.endsWith(one.quote) ? one.pair : pair); // BTC-USDT says its quote
      setAge(cells.age, one.timestamp, limitOf("cached_market_data"));
    },
  };
}
