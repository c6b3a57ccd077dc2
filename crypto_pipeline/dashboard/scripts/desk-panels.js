// The sections of the page "Derivatives and on-chain": which path each asks, what stands in its table, what is drawn beside it.

import { byId } from "./elements.js";
import { date, dayAndClock, dollars, exact, figure, index, MISSING, percent, price, share, short, whole, year } from "./formats.js";
import { drawBars, drawLines } from "./plots.js";
import { known, t } from "./words.js";

/** What the person has chosen. */
export const choice = { coin: "BTC", years: "5", chain: "bitcoin", metric: "mvrv", series: "us_m2" };

const HOURS = 48;
const HOUR = 3_600_000;
/** Simple, not compounded: three payments of eight hours a day. */
const TIMES_A_YEAR = 3 * 365;

/** @param {string} path @param {Record<string, string>} query */
const asked = (path, query) => `/api/data/${path}?${new URLSearchParams(query)}`;
/** @param {string} time */
const at = (time) => Date.parse(time);
/** @param {number | null | undefined} value */
const bps = (value) => (value === null || value === undefined ? MISSING : short(value));
/** @param {string} source */
const exchange = (source) => source.replace(/_perpetual$/, "");
const aboutCoin = () => ({ symbol: choice.coin });

/**
 * The newest of each thing in a list that has older ones as well, newest first.
 * @template Row
 * @param {Row[]} rows
 * @param {(row: Row) => string} keyOf
 */
function newestOf(rows, keyOf) {
  /** @type {Map<string, Row>} */
  const found = new Map();
  for (const row of rows) if (!found.has(keyOf(row))) found.set(keyOf(row), row);
  return [...found.values()];
}

/** @param {import("answers").Expiry} one */
const expiryKey = (one) => `${one.expiry} ${one.source}`;

/** @param {import("answers").OptionMetrics} answer */
const expiries = ({ options }) => {
  const newest = options[0] ? at(options[0].timestamp) : 0;
  return newestOf(options, expiryKey)
    .filter((one) => at(one.expiry) > newest && at(one.timestamp) > newest - 2 * HOUR)
    .sort((one, other) => expiryKey(one).localeCompare(expiryKey(other)));
};

/**
 * A line of each exchange along the expiries.
 * @param {import("answers").Expiry[]} rows
 * @param {"atm_iv" | "skew_25d"} field
 */
const byExchange = (rows, field) =>
  [...new Set(rows.map((one) => one.source))].sort().map((source) => ({
    name: source,
    points: rows.flatMap((one) => (one.source === source && one[field] !== null ? [{ x: at(one.expiry), y: one[field] }] : [])),
  }));

/** @type {import("./panel.js").Description<import("answers").OptionMetrics, import("answers").Expiry>} */
export const volatility = {
  id: "volatility",
  path: () => asked("options", { symbol: choice.coin, limit: "300" }),
  rows: expiries,
  keyOf: expiryKey,
  none: aboutCoin,
  columns: [
    { head: "desk.expiry", text: (one) => date(one.expiry), title: (one) => one.expiry },
    { head: "said.source", text: (one) => one.source },
    { head: "desk.iv", text: (one) => share(one.atm_iv, 1), title: (one) => exact(one.atm_iv), isNumber: true },
    { head: "desk.skew", text: (one) => short(one.skew_25d), title: (one) => exact(one.skew_25d), isNumber: true },
    {
      head: "desk.putcall",
      text: (one) => short(one.put_call_open_interest),
      title: (one) => exact(one.put_call_open_interest),
      isNumber: true,
      isExtra: true,
    },
    { head: "desk.maxpain", text: (one) => price(one.max_pain), isNumber: true, isExtra: true },
  ],
  draw(answer) {
    const rows = expiries(answer);
    drawLines(byId("volatility-plot"), byExchange(rows, "atm_iv"), { sayX: date, sayY: (value) => share(value, 1), about: t("desk.iv") });
    drawLines(byId("skew-plot"), byExchange(rows, "skew_25d"), { sayX: date, sayY: short, about: t("desk.skew") });
  },
};

/** @type {import("./panel.js").Description<import("answers").Derivatives, import("answers").Contract>} */
export const contracts = {
  id: "perpetuals",
  path: () => asked("derivatives", { symbol: choice.coin, limit: "200" }),
  part: "derivatives",
  rows: (answer) => answer.derivatives,
  keyOf: (one) => `${one.source} ${one.contract}`,
  none: aboutCoin,
  columns: [
    { head: "said.source", text: (one) => exchange(one.source), title: (one) => one.source },
    { head: "contracts.contract", text: (one) => one.contract },
    { head: "derivatives.funding", text: (one) => percent(ofHundred(one.funding_rate_8h), 4), title: (one) => exact(one.funding_rate_8h), isNumber: true },
    { head: "desk.yearly", text: (one) => percent(ofHundred(one.funding_rate_8h, TIMES_A_YEAR), 1), isNumber: true },
    { head: "desk.open", text: (one) => dollars(one.open_interest_usd), title: (one) => exact(one.open_interest_usd), isNumber: true },
    { head: "desk.mark", text: (one) => price(one.mark_price), isNumber: true, isExtra: true },
  ],
};

/** @param {number | null | undefined} fraction */
const ofHundred = (fraction, times = 1) => (fraction === null || fraction === undefined ? null : fraction * times * 100);

/** @typedef {{market: string, expiry: string | null, basis_percent: number | null, yearly_percent: number | null, mark_price_usd: number | null, coin_usd: number | null, timestamp: string}} BasisRow */

/** @type {import("./panel.js").Description<import("answers").Basis, BasisRow>} */
export const basis = {
  id: "basis",
  path: () => asked("basis", { symbol: choice.coin }),
  part: "dated",
  rows: ({ dated, perpetual }) => [
    ...dated,
    ...perpetual.map((one) => ({ ...one, expiry: null, yearly_percent: null, coin_usd: one.spot_price_usd, market: one.market.replace("_perpetual", "") })),
  ],
  keyOf: (one) => one.market,
  none: aboutCoin,
  columns: [
    { head: "contracts.contract", text: (one) => one.market },
    { head: "desk.expiry", text: (one) => (one.expiry ? date(one.expiry) : t("desk.perpetual")), title: (one) => one.expiry },
    { head: "desk.basis", text: (one) => percent(one.basis_percent, 3), title: (one) => exact(one.basis_percent), isNumber: true },
    { head: "desk.yearly", text: (one) => percent(one.yearly_percent, 1), title: (one) => exact(one.yearly_percent), isNumber: true },
    { head: "desk.mark", text: (one) => price(one.mark_price_usd), isNumber: true, isExtra: true },
    { head: "desk.coin", text: (one) => price(one.coin_usd), isNumber: true, isExtra: true },
  ],
  draw({ dated }) {
    const points = dated.flatMap((one) => (one.basis_percent === null ? [] : [{ x: at(one.expiry), y: one.basis_percent }]));
    const curve = newestOf(points, (one) => String(one.x));
    drawLines(byId("basis-plot"), [{ name: t("desk.basis"), points: curve }], { sayX: date, sayY: (value) => percent(value, 2), about: t("desk.basis.dated") });
  },
};

/** @type {import("./panel.js").Description<import("answers").LiquidationHours, import("answers").LiquidationHour>} */
export const liquidations = {
  id: "liquidations",
  path: () => asked("liquidations/hours", { symbol: choice.coin, hours: String(HOURS) }),
  rows: ({ hours }) => [...hours].reverse(),
  keyOf: (one) => one.hour,
  none: aboutCoin,
  columns: [
    { head: "desk.hour", text: (one) => dayAndClock(one.hour), title: (one) => one.hour },
    { head: "desk.longs", text: (one) => dollars(one.longs_usd), title: (one) => exact(one.longs_usd), isNumber: true },
    { head: "desk.shorts", text: (one) => dollars(one.shorts_usd), title: (one) => exact(one.shorts_usd), isNumber: true },
    { head: "desk.largest", text: (one) => dollars(one.largest_usd), title: (one) => exact(one.largest_usd), isNumber: true, isExtra: true },
    { head: "desk.count", text: (one) => whole(one.liquidations), isNumber: true },
  ],
  draw({ hours }) {
    const bars = hours.map((one) => ({ x: at(one.hour), up: one.shorts_usd, down: one.longs_usd }));
    drawBars(byId("liquidations-plot"), bars, {
      sayX: dayAndClock,
      sayY: dollars,
      about: t("desk.liquidations"),
      up: t("desk.shorts"),
      down: t("desk.longs"),
      step: HOUR,
    });
  },
};

/** @type {import("./panel.js").Description<import("answers").Books, import("answers").Snapshot>} */
export const books = {
  id: "books",
  path: () => asked("books", { symbol: choice.coin, scope: "book", limit: "60" }),
  rows: (answer) =>
    newestOf(answer.books, (one) => `${one.source} ${one.pair}`).sort((one, other) => (one.buy_100k_bps ?? Infinity) - (other.buy_100k_bps ?? Infinity)),
  keyOf: (one) => `${one.source} ${one.pair}`,
  none: aboutCoin,
  columns: [
    { head: "said.source", text: (one) => `${one.source} ${one.pair}` },
    { head: "desk.spread", text: (one) => bps(one.spread_bps), title: (one) => exact(one.spread_bps), isNumber: true },
    { head: "desk.bids", text: (one) => dollars(one.bid_depth_100bps), title: (one) => exact(one.bid_depth_100bps), isNumber: true },
    { head: "desk.asks", text: (one) => dollars(one.ask_depth_100bps), title: (one) => exact(one.ask_depth_100bps), isNumber: true },
    { head: "desk.cost", text: (one) => bps(one.buy_100k_bps), title: (one) => exact(one.buy_100k_bps), isNumber: true },
  ],
};

/** @type {import("./panel.js").Description<import("answers").Opportunities, import("answers").Opportunity>} */
export const opportunities = {
  id: "opportunities",
  path: () => "/api/data/opportunities",
  rows: (answer) => answer.opportunities,
  keyOf: (one) => one.symbol,
  columns: [
    { head: "prices.coin", text: (one) => one.symbol },
    { head: "desk.left", text: (one) => percent(one.left_percent, 3), title: (one) => exact(one.left_percent), isNumber: true },
    { head: "desk.apart", text: (one) => percent(one.apart_percent, 3), title: (one) => exact(one.apart_percent), isNumber: true, isExtra: true },
    { head: "desk.fees", text: (one) => share(one.fees_percent), isNumber: true, isExtra: true },
    { head: "desk.buy", text: (one) => one.buy_at },
    { head: "desk.sell", text: (one) => one.sell_at },
    { head: "desk.amount", text: (one) => dollars(one.amount_usd), title: (one) => exact(one.amount_usd), isNumber: true, isExtra: true },
  ],
};

/** @typedef {{at: string, symbol: string | null, market: string, change: string}} ListingRow */

/** @type {import("./panel.js").Description<import("answers").ListingChanges, ListingRow>} */
export const listings = {
  id: "listings",
  path: () => "/api/data/listings/changes?days=7&limit=100",
  every: 600,
  rows: ({ opened, closed }) =>
    [
      ...opened.map((one) => ({
        ...one,
        at: one.opened_at,
        market: `${one.source} ${one.market}`,
        change: t(one.coin_is_new ? "desk.coin.new" : "desk.opened"),
      })),
      ...closed.map((one) => ({
        ...one,
        at: one.closed_at,
        market: `${one.source} ${one.market}`,
        change: t(one.coin_is_gone ? "desk.coin.gone" : "desk.closed"),
      })),
    ].sort((one, other) => other.at.localeCompare(one.at)),
  keyOf: (one) => `${one.at} ${one.market} ${one.change}`,
  columns: [
    { head: "prices.coin", text: (one) => one.symbol ?? MISSING },
    { head: "desk.change", text: (one) => one.change },
    { head: "desk.market", text: (one) => one.market },
    { head: "desk.day", text: (one) => date(one.at), title: (one) => one.at },
  ],
};

/** @type {import("./panel.js").Description<import("answers").Dominance, import("answers").DominanceDay>} */
export const dominance = {
  id: "dominance",
  path: () => asked("dominance", { days: String(choice.years === "0" ? 3000 : Math.min(3000, 365 * Number(choice.years))) }),
  every: 600,
  rows: ({ days }) => [...days].reverse(),
  keyOf: (one) => one.day,
  columns: [
    { head: "desk.day", text: (one) => date(one.day), title: (one) => one.day },
    { head: "desk.btc", text: (one) => share(one.btc_percent, 1), title: (one) => exact(one.btc_percent), isNumber: true },
    { head: "desk.eth", text: (one) => share(one.eth_percent, 1), title: (one) => exact(one.eth_percent), isNumber: true },
    { head: "desk.stable", text: (one) => share(one.stablecoins_percent, 1), title: (one) => exact(one.stablecoins_percent), isNumber: true },
    { head: "desk.cap", text: (one) => dollars(one.total_market_cap_usd), title: (one) => exact(one.total_market_cap_usd), isNumber: true },
  ],
  draw({ days }) {
    const lines = /** @type {const} */ ([
      ["desk.btc", "btc_percent"],
      ["desk.eth", "eth_percent"],
      ["desk.stable", "stablecoins_percent"],
    ]).map(([name, field]) => ({
      name: t(name),
      points: days.flatMap((one) => (one[field] === null ? [] : [{ x: at(one.day), y: one[field] }])),
    }));
    drawLines(byId("dominance-plot"), lines, { sayX: date, sayY: (value) => share(value, 1), about: t("desk.dominance") });
  },
};

/** @type {import("./panel.js").Description<import("answers").Stablecoins, import("answers").Peg>} */
export const stablecoins = {
  id: "stablecoins",
  path: () => asked("stablecoins", { years: choice.years }),
  every: 600,
  rows: ({ coins }) => coins,
  keyOf: (one) => one.coin,
  columns: [
    { head: "prices.coin", text: (one) => one.coin },
    { head: "desk.off", text: (one) => percent(one.percent_off, 3), title: (one) => exact(one.percent_off), isNumber: true },
    { head: "desk.off7", text: (one) => share(one.largest_7d_percent, 3), title: (one) => exact(one.largest_7d_percent), isNumber: true },
    { head: "desk.supply", text: (one) => dollars(one.circulating_usd), title: (one) => exact(one.circulating_usd), isNumber: true },
  ],
  draw({ supply }) {
    const points = supply.map((one) => ({ x: at(one.day), y: one.circulating_usd }));
    drawLines(byId("stablecoins-plot"), [{ name: t("desk.supply.all"), points }], { sayX: date, sayY: dollars, about: t("desk.supply.all") });
  },
};

/** @param {string} metric */
export const metricName = (metric) => known(`desk.metric.${metric}`, metric.replaceAll("_", " "));
/** @param {string} series */
export const seriesName = (series) => known(`desk.series.${series}`, series.replaceAll("_", " "));

/** @type {import("./panel.js").Description<import("answers").ChainHistory, import("answers").ChainDay>} */
export const chain = {
  id: "chain",
  path: () => asked("chain-metrics/history", { name: choice.metric, blockchain: choice.chain, years: choice.years }),
  part: "points",
  every: 600,
  rows: ({ points }) => [...points].reverse(),
  keyOf: (one) => one.timestamp,
  none: () => ({ metric: metricName(choice.metric), chain: choice.chain }),
  columns: [
    { head: "desk.day", text: (one) => date(one.timestamp), title: (one) => one.timestamp },
    { head: "desk.value", text: (one) => figure(one.value), title: (one) => exact(one.value), isNumber: true },
  ],
  draw({ chart, points }) {
    const name = `${metricName(choice.metric)}, ${choice.chain}`;
    byId("chain-unit").textContent = chart ? [chart.unit, chart.source, chart.licence].filter(Boolean).join(" · ") : "";
    drawLines(byId("chain-plot"), [{ name, points: points.map((one) => ({ x: at(one.timestamp), y: one.value })) }], {
      sayX: date,
      sayY: figure,
      about: name,
    });
  },
};

/** @type {import("./panel.js").Description<import("answers").MacroAgainst, import("answers").MacroPoint>} */
export const macro = {
  id: "macro",
  path: () => asked("macro/against", { series: choice.series, symbol: choice.coin, years: choice.years === "0" ? "15" : choice.years }),
  every: 600,
  part: "points",
  rows: ({ points }) => [...points].reverse(),
  keyOf: (one) => one.timestamp,
  none: () => ({ series: seriesName(choice.series) }),
  columns: [
    { head: "desk.day", text: (one) => date(one.timestamp), title: (one) => one.timestamp },
    { head: "desk.known", text: (one) => date(one.known_at), title: (one) => one.known_at },
    { head: "desk.value", text: (one) => figure(one.value), title: (one) => exact(one.value), isNumber: true },
    { head: "desk.coin", text: (one) => price(one.price_usd), title: (one) => exact(one.price_usd), isNumber: true },
  ],
  draw({ points, correlation }) {
    const both = points.filter((one) => one.price_usd !== null && one.value !== 0);
    const [first] = both;
    const lines = first
      ? [
          { name: seriesName(choice.series), points: both.map((one) => ({ x: at(one.known_at), y: (one.value / first.value) * 100 })) },
          { name: choice.coin, points: both.map((one) => ({ x: at(one.known_at), y: (Number(one.price_usd) / Number(first.price_usd)) * 100 })) },
        ]
      : [];
    byId("macro-correlation").textContent = correlation === null ? "" : t("desk.correlation", { value: short(correlation) });
    drawLines(byId("macro-plot"), lines, { sayX: year, sayY: index, about: t("desk.macro") });
  },
};
