// The head of a coin's page: its name, the consensus on its price, and the coins that a person watches.

import { age, setAge } from "./ages.js";
import { change, setChange } from "./directions.js";
import { byId, element, keyed, mark, say, show } from "./elements.js";
import { amount, number, share, whole } from "./formats.js";
import { limitOf } from "./freshness.js";
import { compactInMoney, exactDollars, priceInMoney } from "./money.js";
import { coinLink, coinOfPage, setCoinLink } from "./subject.js";
import { isWatched, onWatched, toggle, watched } from "./watched.js";
import { t } from "./words.js";

const TABLE = "consensus_prices";
const cells = { price: number("", { class: "value" }), change: change(), age: age(), range: number(""), spread: number("") };
const sources = element("span");
const capital = amount("");
const volume = amount("");

/** @param {import("answers").Coin} answer */
export function showFigures({ consensus }) {
  const one = consensus;
  say(byId("coin-name"), one?.name ?? "");
  mark(cells.price, { title: exactDollars(one?.price_usd) });
  say(cells.price, priceInMoney(one?.price_usd));
  setChange(cells.change, one?.price_change_24h);
  setAge(cells.age, one?.timestamp, limitOf(TABLE));
  say(cells.range, one ? `${priceInMoney(one.lowest_usd)} – ${priceInMoney(one.highest_usd)}` : "–");
  say(cells.spread, one ? share(one.spread_percent) : "");
  const outliers = one?.outliers.length ?? 0;
  say(sources, one ? t("figures.agree", { n: whole(one.sources), count: one.sources, outliers: whole(outliers) }) : "–");
  mark(sources, { title: one?.outliers.join(", ") || null });
  mark(capital, { title: exactDollars(one?.market_cap) });
  say(capital, compactInMoney(one?.market_cap));
  mark(volume, { title: exactDollars(one?.volume_24h) });
  say(volume, compactInMoney(one?.volume_24h));
}

export function begin() {
  byId("figure-price").replaceChildren(cells.price, " ", cells.change, " ", cells.age);
  byId("figure-range").replaceChildren(cells.range, " ", element("span", { class: "soft" }, cells.spread));
  byId("figure-sources").replaceChildren(sources);
  byId("figure-cap").replaceChildren(capital);
  byId("figure-volume").replaceChildren(volume);
  byId("coin-watch").addEventListener("click", () => toggle(coinOfPage ?? ""));
  onWatched(showWatched);
  showWatched();
}

function showWatched() {
  const button = byId("coin-watch");
  const is = isWatched(coinOfPage ?? "");
  mark(button, { "aria-pressed": String(is) });
  say(/** @type {Element} */ (button.firstElementChild), is ? "★" : "☆");
  const list = watched();
  show(byId("watched-coins"), list.length > 0);
  keyed(
    byId("watched-list"),
    list,
    (symbol) => symbol,
    (symbol) => ({
      node: mark(setCoinLink(coinLink(), symbol), { "aria-current": symbol === coinOfPage ? "page" : null }),
      update() {},
    }),
  );
}
