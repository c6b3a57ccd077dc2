// The page: which part follows which answer, and in which order they are asked for.

import * as coin from "./coin.js";
import { offer } from "./csv.js";
import { showDerivatives } from "./derivatives.js";
import { byId, mark } from "./elements.js";
import { begin as beginFollowing, follow, showAgain } from "./polling.js";
import { showGas } from "./gas.js";
import * as health from "./health.js";
import { showMarket } from "./market.js";
import * as matrix from "./matrix.js";
import { historyPath, showSentiment, showSentimentHistory, showSentimentSources, VALUES } from "./sentiment.js";
import * as news from "./news.js";
import * as notices from "./notices.js";
import * as money from "./money.js";
import * as place from "./place.js";
import * as prices from "./prices.js";
import { filling, sight, troubleOf, waitNoMore } from "./sections.js";
import { showTables } from "./tables.js";
import * as theme from "./theme.js";
import * as transfers from "./transfers.js";
import { learnTables } from "./freshness.js";
import { language, t } from "./words.js";

const SELDOM = 120;

/** First of all where amounts are to be shown in other money, else last. @param {boolean} isNow */
function followRates(isNow) {
  if (isNow) follow({ path: () => "/api/data/rates", show: money.showRates, every: SELDOM });
}
/** @param {import("answers").Overview} overview */
function showOverview(overview) {
  learnTables(overview.tables);
  money.showNote();
  document.documentElement.dataset.demo = String(overview.demo);
  notices.held(overview.stale_seconds);
  notices.empty(!overview.has_data);
  notices.alerts(overview.alerts);
  for (const id of ["prices", "gas"]) mark(byId(id), { "aria-busy": null });
  showMarket(overview);
  prices.showPrices(overview.prices);
  showSentiment(overview.fear_greed);
  showGas(overview.gas);
  const first = prices.firstCoin();
  if (!coin.chosenCoin() && first) choose(first, false);
  else prices.markChosen(coin.chosenCoin());
  if (!coin.chosenCoin()) filling("coin", coin.showNothing)(null);
  sparks.soon();
  performance.mark("overview");
}

/** @param {string} symbol */
function choose(symbol, byPerson = true) {
  coin.choose({ symbol, provider: "" }, byPerson);
  prices.markChosen(symbol);
  candles.now();
  said.now();
  if (byPerson && matchMedia("(max-width: 1099px)").matches) byId("coin").scrollIntoView();
}

/** @param {string | null} sentence */
const noOverview = (sentence) => {
  notices.held(null, sentence);
  troubleOf("prices")(sentence);
  if (sentence !== null) waitNoMore("gas");
};

money.begin(showAgain);
followRates(money.isAway());
follow({ path: () => "/api/data/overview", show: showOverview, trouble: noOverview });
const coinSight = sight("coin");
const candles = follow({ path: coin.candlesPath, show: filling("coin", coin.showCandles), trouble: troubleOf("coin"), sight: coinSight });
const sparks = follow({ path: () => "/api/data/prices?spark=1", show: (answer) => prices.showSparks(answer.prices), every: SELDOM, sight: sight("prices") });
const said = follow({ path: coin.saidPath, show: coin.showSaid, trouble: troubleOf("coin"), sight: coinSight });
follow({ path: () => VALUES, show: filling("sentiment", showSentimentSources), trouble: troubleOf("sentiment"), every: SELDOM, sight: sight("sentiment") });
follow({ path: historyPath, show: showSentimentHistory, trouble: troubleOf("sentiment"), every: SELDOM, sight: sight("sentiment") });
follow({ path: () => "/api/data/derivatives", show: filling("derivatives", showDerivatives), trouble: troubleOf("derivatives"), sight: sight("derivatives") });
const articles = follow({ path: news.newsPath, show: filling("news", news.showNews), trouble: troubleOf("news"), sight: sight("news") });
const moved = follow({
  path: transfers.transfersPath,
  show: filling("transfers", transfers.showTransfers),
  trouble: troubleOf("transfers"),
  sight: sight("transfers"),
});
const sources = follow({ path: matrix.sourcesPath, show: filling("sources", matrix.showSources), trouble: troubleOf("sources"), sight: sight("sources") });
follow({ path: () => "/api/data/tables", show: filling("tables", showTables), trouble: troubleOf("tables"), every: SELDOM, sight: sight("tables") });

/** @type {NodeListOf<HTMLAnchorElement>} */
const languages = document.querySelectorAll(".languages a");
for (const link of languages) mark(link, { "aria-current": link.lang === language ? "true" : null });
followRates(!money.isAway());
theme.begin();
prices.begin(choose);
coin.begin(() => candles.now());
news.begin(() => articles.now(), troubleOf("news"));
transfers.begin(() => moved.now(), troubleOf("transfers"));
matrix.begin(() => sources.now());
place.begin();
window.addEventListener("popstate", () => {
  coin.goBack();
  prices.markChosen(coin.chosenCoin());
  candles.now();
  said.now();
});
offer("prices", () => "/api/data/prices");
offer("coin", coin.candlesPath);
offer("said-head", coin.saidPath);
offer("sentiment", historyPath);
offer("gas", () => "/api/data/gas");
offer("derivatives", () => "/api/data/derivatives", "by_symbol");
offer("derivatives", () => "/api/data/derivatives?limit=2000", "derivatives", t("derivatives.csv"));
offer("news", news.newsPath);
offer("transfers", transfers.transfersPath);
offer("sources", matrix.sourcesPath);
offer("tables", () => "/api/data/tables");
beginFollowing().then(health.begin);
