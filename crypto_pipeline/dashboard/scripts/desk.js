// The page at /derivatives: options, contracts, books, chains, stablecoins and the economy. What is chosen stands in the address.

import * as panels from "./desk-panels.js";
import { byId, element, mark } from "./elements.js";
import * as health from "./health.js";
import * as notices from "./notices.js";
import { panel } from "./panel.js";
import * as place from "./place.js";
import { begin as beginFollowing, follow } from "./polling.js";
import { suggestCoins } from "./suggestions.js";
import * as theme from "./theme.js";
import { language } from "./words.js";

const YEARS = ["1", "3", "5", "10", "0"];
const { choice } = panels;
const USUAL = { ...choice };
const FIELDS = /** @type {(keyof typeof choice)[]} */ (Object.keys(choice));

function readPlace() {
  for (const name of FIELDS) choice[name] = place.said(name) || USUAL[name];
  choice.coin = choice.coin.toUpperCase();
  if (!YEARS.includes(choice.years)) choice.years = USUAL.years;
}

function showChoice() {
  byId("desk-coin").value = choice.coin;
  for (const button of byId("spans").children) mark(button, { "aria-pressed": String(/** @type {HTMLElement} */ (button).dataset.years === choice.years) });
  for (const node of document.querySelectorAll(".of-coin")) node.textContent = choice.coin;
  showFigures();
}

/** Apart from the rest: it is called when an answer comes, and somebody may be typing a coin. */
function showFigures() {
  select("chain-chosen", `${choice.chain} ${choice.metric}`);
  select("series-chosen", choice.series);
}

/**
 * @param {"chain-chosen" | "series-chosen"} id
 * @param {string} value
 */
function select(id, value) {
  const field = byId(id);
  if (![...field.options].some((option) => option.value === value)) field.append(element("option", { value }, value));
  field.value = value;
}

/** @param {Partial<typeof choice>} change */
function choose(change) {
  Object.assign(choice, change);
  place.say(Object.fromEntries(FIELDS.map((name) => [name, choice[name] === USUAL[name] ? "" : choice[name]])), true);
  askAgain();
}

function askAgain() {
  showChoice();
  for (const one of shown) one.soon();
  shown[0].now();
}

/** @param {import("answers").ChainHistory} answer */
function offerCharts(answer) {
  panels.chain.draw?.(answer);
  offerChoices(
    "chain-chosen",
    answer.charts.map((one) => [`${one.blockchain} ${one.metric_name}`, `${one.blockchain} · ${panels.metricName(one.metric_name)}`]),
  );
}

/** @param {import("answers").MacroAgainst} answer */
function offerSeries(answer) {
  panels.macro.draw?.(answer);
  offerChoices(
    "series-chosen",
    answer.series.map((one) => [one, panels.seriesName(one)]),
  );
}

/**
 * @param {"chain-chosen" | "series-chosen"} id
 * @param {string[][]} choices
 */
function offerChoices(id, choices) {
  const field = byId(id);
  if (choices.length && field.options.length !== choices.length) field.replaceChildren(...choices.map(([value, text]) => element("option", { value }, text)));
  showFigures();
}

readPlace();
byId("spans").append(
  ...YEARS.map((years) => {
    const button = element(
      "button",
      { type: "button", "data-years": years },
      years === "0" ? (byId("spans").dataset.all ?? "") : new Intl.NumberFormat(language).format(Number(years)),
    );
    button.addEventListener("click", () => choose({ years }));
    return button;
  }),
);
const shown = [
  panel(panels.volatility),
  panel(panels.contracts),
  panel(panels.basis),
  panel(panels.liquidations),
  panel(panels.books),
  panel(panels.opportunities),
  panel(panels.listings),
  panel(panels.dominance),
  panel(panels.stablecoins),
  panel({ ...panels.chain, draw: offerCharts }),
  panel({ ...panels.macro, draw: offerSeries }),
];
byId("choose-coin").addEventListener("submit", (event) => {
  event.preventDefault();
  const [coin] = byId("desk-coin").value.trim().toUpperCase().split(/\s+/);
  if (coin) choose({ coin });
});
byId("chain-chosen").addEventListener("change", () => {
  const [chain, metric] = byId("chain-chosen").value.split(" ");
  choose({ chain, metric });
});
byId("series-chosen").addEventListener("change", () => choose({ series: byId("series-chosen").value }));
window.addEventListener("popstate", () => {
  readPlace();
  askAgain();
});
/** @type {NodeListOf<HTMLAnchorElement>} */
const languages = document.querySelectorAll(".languages a");
for (const link of languages) mark(link, { "aria-current": link.lang === language ? "true" : null });
showChoice();
theme.begin();
place.begin();
follow({ path: () => "/api/data/tables", show: (answer) => notices.held(answer.stale_seconds), every: 120 });
beginFollowing().then(health.begin).then(suggestCoins);
