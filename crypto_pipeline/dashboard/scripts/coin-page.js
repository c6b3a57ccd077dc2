// The page of one coin: which part follows which answer, and in which order they are asked for.

import * as coin from "./coin.js";
import { contractsPath, showContracts } from "./contracts.js";
import { coveragePath, showCoverage } from "./coverage.js";
import { offer } from "./csv.js";
import { byId, mark, say, show } from "./elements.js";
import * as figures from "./figures.js";
import { learnTables } from "./freshness.js";
import * as funding from "./funding.js";
import * as health from "./health.js";
import * as matrix from "./matrix.js";
import * as news from "./news.js";
import * as notices from "./notices.js";
import * as money from "./money.js";
import * as place from "./place.js";
import { begin as beginFollowing, follow, showAgain } from "./polling.js";
import { filling, sight, troubleOf } from "./sections.js";
import * as theme from "./theme.js";
import * as transfers from "./transfers.js";
import { language } from "./words.js";

const SELDOM = 120;

/** First of all where amounts are to be shown in other money, else last. @param {boolean} isNow */
function followRates(isNow) {
  if (isNow) follow({ path: () => "/api/data/rates", show: money.showRates, every: SELDOM });
}

/** @param {import("answers").Coin} answer */
function showCoin(answer) {
  document.documentElement.dataset.demo = String(answer.demo);
  notices.held(answer.stale_seconds);
  figures.showFigures(answer);
  filling("said", coin.showSaid)(answer);
}

/** @param {import("answers").Tables} answer */
function showAges({ tables }) {
  learnTables(tables);
  money.showNote();
}

/** @param {string | null} sentence */
function noCoin(sentence) {
  const line = byId("price-trouble");
  show(line, sentence !== null);
  say(line, sentence ?? "");
  if (!sentence) return;
  mark(byId("said"), { "aria-busy": null });
  say(byId("said-empty"), sentence);
  show(byId("said-empty"), !byId("said-rows").hasChildNodes());
}

money.begin(showAgain);
followRates(money.isAway());
follow({ path: () => "/api/data/tables", show: showAges, every: SELDOM });
follow({ path: coin.saidPath, show: showCoin, trouble: noCoin });
const candles = follow({ path: coin.candlesPath, show: filling("coin", coin.showCandles), trouble: troubleOf("coin") });
follow({ path: contractsPath, show: filling("contracts", showContracts), trouble: troubleOf("contracts"), sight: sight("contracts") });
const paid = follow({
  path: funding.fundingPath,
  show: filling("funding", funding.showFunding),
  trouble: troubleOf("funding"),
  every: SELDOM,
  sight: sight("funding"),
});
const covered = follow({
  path: coveragePath,
  show: filling("coverage", showCoverage),
  trouble: troubleOf("coverage"),
  every: SELDOM,
  sight: sight("coverage"),
});
const articles = follow({ path: news.newsPath, show: filling("news", news.showNews), trouble: troubleOf("news"), sight: sight("news") });
const moved = follow({
  path: transfers.transfersPath,
  show: filling("transfers", transfers.showTransfers),
  trouble: troubleOf("transfers"),
  sight: sight("transfers"),
});
const sources = follow({ path: matrix.sourcesPath, show: filling("sources", matrix.showSources), trouble: troubleOf("sources"), sight: sight("sources") });

/** @type {NodeListOf<HTMLAnchorElement>} */
const languages = document.querySelectorAll(".languages a");
for (const link of languages) mark(link, { "aria-current": link.lang === language ? "true" : null });
followRates(!money.isAway());
theme.begin();
figures.begin();
coin.begin(() => {
  candles.now();
  covered.now();
});
funding.begin(() => paid.now(), troubleOf("funding"));
news.begin(() => articles.now(), troubleOf("news"));
transfers.begin(() => moved.now(), troubleOf("transfers"));
matrix.begin(() => sources.now());
place.begin();
window.addEventListener("popstate", () => {
  coin.goBack();
  candles.now();
});
offer("coin", coin.candlesPath);
offer("said", coin.saidPath);
offer("contracts", contractsPath);
offer("coverage", coveragePath);
offer("funding", funding.fundingPath);
offer("news", news.newsPath);
offer("transfers", transfers.transfersPath);
offer("sources", matrix.sourcesPath);
beginFollowing().then(health.begin);
