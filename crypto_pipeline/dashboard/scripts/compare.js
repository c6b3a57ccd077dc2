// The page at /compare: coins in one chart, each 100 at the start of the window. Coins and window stand in the address.

import { setSectionAge } from "./ages.js";
import { offer } from "./csv.js";
import { change, setChange } from "./directions.js";
import { byId, element, keyed, mark, say, show } from "./elements.js";
import { amount, date, dayAndClock, exact, index, number, price, utc } from "./formats.js";
import * as health from "./health.js";
import * as notices from "./notices.js";
import * as place from "./place.js";
import { begin as beginFollowing, follow } from "./polling.js";
import { Unreachable } from "./requests.js";
import { filling, troubleOf } from "./sections.js";
import { coinLink, setCoinLink } from "./subject.js";
import { suggestCoins } from "./suggestions.js";
import * as theme from "./theme.js";
import { watched } from "./watched.js";
import { language, t } from "./words.js";

const MOST = 8;
const SPANS = ["1d", "1w", "1m", "3m", "1y", "5y", "all"];
const USUAL = { coins: ["BTC", "ETH"], span: "1y" };

/** @type {{coins: string[], span: string}} */
const choice = { ...USUAL };
/** @type {typeof import("./lines.js") | null} */
let chart = null;
/** @type {import("answers").Comparison | null} */
let answer = null;

/** What the address says; without a word the coins that the person watches. */
function readPlace() {
  const said = coinsIn(place.said("coins"));
  const own = watched();
  choice.coins = said.length ? said : own.length > 1 ? own.slice(0, MOST) : USUAL.coins;
  choice.span = SPANS.includes(place.said("span")) ? place.said("span") : USUAL.span;
}

/**
 * Coins as an address lists them, each once, not more than can be compared.
 * @param {string} text
 */
const coinsIn = (text) => [...new Set(text.split(",").map((one) => one.trim().toUpperCase()))].filter(Boolean).slice(0, MOST);

const path = () =>
  choice.coins.length ? `/api/data/comparison?${new URLSearchParams([...choice.coins.map((one) => ["symbol", one]), ["span", choice.span]])}` : null;

/** @param {Partial<typeof choice>} change */
function choose(change) {
  Object.assign(choice, change);
  place.say({ coins: choice.coins.join(","), span: choice.span }, true);
  showChoice();
  followed.now();
}

function showChoice() {
  for (const button of byId("spans").children) mark(button, { "aria-pressed": String(/** @type {HTMLElement} */ (button).dataset.span === choice.span) });
  mark(byId("add-coin"), { disabled: choice.coins.length >= MOST });
}

/** @param {import("answers").Comparison} latest */
async function showComparison(latest) {
  answer = latest;
  document.documentElement.dataset.demo = String(latest.demo);
  notices.held(latest.stale_seconds);
  const begins = latest.coins
    .map((one) => one.started_at ?? "")
    .filter(Boolean)
    .sort()[0];
  keyed(
    byId("compared-rows"),
    latest.coins.map((coin, line) => ({ coin, line, isLate: Boolean(coin.started_at && coin.started_at > begins) })),
    ({ coin }) => coin.symbol,
    makeRow,
  );
  show(byId("compared-empty"), latest.coins.length === 0);
  setSectionAge(byId("comparison-age"), latest.as_of, null);
  chart ??= await import("./lines.js").catch((error) => {
    throw new Unreachable(String(error));
  });
  if (answer !== latest) return;
  chart.drawLines(linesOf(latest));
  chart.onCrosshair(showLegend);
  showLegend(null);
  const said = latest.coins.filter((one) => one.change_percent !== null).map((one) => t("compare.one", { symbol: one.symbol, value: index(last(one)) }));
  mark(byId("chart"), { "aria-label": t("compare.said", { coins: said.join(", ") }) });
}

/** @param {import("answers").Compared} one */
const last = (one) => (one.change_percent === null ? null : 100 + one.change_percent);

/** @param {import("answers").Comparison} latest */
const linesOf = ({ coins, points }) => coins.map((coin) => ({ symbol: coin.symbol, points: points.filter((one) => one.symbol === coin.symbol) }));

/**
 * Where each coin stood at a moment, or stands now.
 * @param {{time: number, values: (number | null)[]} | null} at
 */
function showLegend(at) {
  const coins = answer?.coins ?? [];
  byId("legend").replaceChildren(
    ...(at ? [element("span", {}, `${dayAndClock(at.time * 1000)} UTC`)] : []),
    ...coins.map((coin, line) => element("span", {}, swatch(line), ` ${coin.symbol} `, element("b", {}, amount(index(at ? at.values[line] : last(coin)))))),
  );
}

/** @param {number} line */
const swatch = (line) => element("span", { class: `swatch series-${line + 1}`, "aria-hidden": "true" });

/** @typedef {{coin: import("answers").Compared, line: number, isLate: boolean}} Row */

/**
 * @param {Row} initial
 * @returns {import("page").Part<Row>}
 */
function makeRow({ coin: { symbol } }) {
  const mine = element("span", { class: "swatch", "aria-hidden": "true" });
  const link = setCoinLink(coinLink(), symbol);
  const cells = { change: change(), first: number(""), last: number(""), lowest: number(""), highest: number("") };
  const since = element("td", { class: "soft" });
  const candles = element("td", { class: "soft" }, number(""));
  const remove = element("button", { type: "button", class: "close", "aria-label": t("compare.remove.one", { symbol }) }, "✕");
  remove.addEventListener("click", () => {
    const after = choice.coins.filter((one) => one !== symbol);
    if (after.length) choose({ coins: after });
    byId("add-coin").focus();
  });
  const node = element(
    "tr",
    {},
    element("th", { scope: "row" }, mine, " ", link),
    ...Object.values(cells).map((cell) => element("td", { class: "number" }, cell)),
    since,
    candles,
    element("td", {}, remove),
  );
  return {
    node,
    update({ coin, line, isLate }) {
      mark(mine, { class: `swatch series-${line + 1}` });
      setChange(cells.change, coin.change_percent);
      for (const name of /** @type {const} */ (["first", "last"])) {
        mark(cells[name], { title: exact(coin[name]) });
        say(cells[name], price(coin[name]));
      }
      say(cells.lowest, index(coin.lowest));
      say(cells.highest, index(coin.highest));
      mark(since, { title: coin.started_at ? utc(coin.started_at) : null, class: isLate ? "late" : "soft" });
      say(since, coin.started_at ? `${date(coin.started_at)}${isLate ? ` ${t("compare.late")}` : ""}` : t("compare.none"));
      say(
        /** @type {Element} */ (candles.firstElementChild),
        [coin.provider === "consensus" ? t("coin.consensus") : coin.provider, coin.currency].filter(Boolean).join(" · "),
      );
    },
  };
}

const chartTrouble = troubleOf("comparison");

/** The reason stands above the chart; the table below it waits for nothing then. @param {string | null} sentence */
function noComparison(sentence) {
  chartTrouble(sentence);
  if (sentence === null) return;
  say(byId("compared-empty"), sentence);
  show(byId("compared-empty"), !byId("compared-rows").hasChildNodes());
}

const followed = follow({ path, show: filling("comparison", showComparison), trouble: noComparison });

byId("spans").append(
  ...SPANS.map((span) => {
    const button = element("button", { type: "button", "data-span": span }, t(`compare.${span}`));
    button.addEventListener("click", () => choose({ span }));
    return button;
  }),
);
byId("add").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("add-coin");
  const [symbol] = coinsIn(field.value);
  field.value = "";
  if (symbol && choice.coins.length < MOST && !choice.coins.includes(symbol)) choose({ coins: [...choice.coins, symbol] });
});
window.addEventListener("popstate", () => {
  readPlace();
  showChoice();
  followed.now();
});
/** @type {NodeListOf<HTMLAnchorElement>} */
const languages = document.querySelectorAll(".languages a");
for (const link of languages) mark(link, { "aria-current": link.lang === language ? "true" : null });
readPlace();
showChoice();
theme.begin();
place.begin();
offer("comparison", path, "points");
offer("numbers", path, "coins");
beginFollowing().then(health.begin).then(suggestCoins);
