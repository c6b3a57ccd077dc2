// The first line of numbers: the whole market, and how the last collections went.

import { age, setAge } from "./ages.js";
import { change, setChange } from "./directions.js";
import { byId, say } from "./elements.js";
import { amount, share, whole } from "./formats.js";
import { worth } from "./money.js";
import { feeling } from "./sentiment.js";
import { limitOf } from "./freshness.js";
import { t } from "./words.js";

const DAY = 86_400;

/** @param {import("answers").Overview} overview */
export function showMarket(overview) {
  const { market, fear_greed: sentiment } = overview;
  const limit = limitOf("market_overview");
  put("market-cap", worth(market?.total_market_cap_usd), market?.timestamp, limit, market?.market_cap_change_24h);
  put("market-volume", worth(market?.total_volume_24h_usd), market?.timestamp, limit);
  put("market-dominance", share(market?.btc_dominance, 1), market?.timestamp, limit);
  put("market-sentiment", sentiment ? `${whole(sentiment.value)} · ${feeling(sentiment.classification)}` : "–", sentiment?.timestamp, 2 * DAY);
  const last = overview.collections.reduce(later, null);
  put("market-sources", last ? t("market.asked", { ok: whole(last.ok), failed: whole(last.failed) }) : "–", last?.finished_at, null);
}

/**
 * @param {import("answers").Run | null} newest
 * @param {import("answers").Run} one
 */
const later = (newest, one) => (newest && (newest.finished_at ?? "") >= (one.finished_at ?? "") ? newest : one);

/**
 * @param {string} id
 * @param {string} text
 * @param {string | null | undefined} time
 * @param {number | null} limit
 * @param {number | null} [moved] percent
 */
function put(id, text, time, limit, moved) {
  const place = byId(id);
  if (!place.firstElementChild) place.replaceChildren(amount(""), " ", change(), " ", age());
  const [value, moves, old] = /** @type {[HTMLElement, HTMLElement, HTMLTimeElement]} */ (/** @type {unknown} */ (place.children));
  say(value, text);
  moves.hidden = moved === undefined || moved === null;
  setChange(moves, moved);
  setAge(old, time ?? null, limit);
}
