// Fear and greed: a gauge, what each source says, and the way it went.

import { setSectionAge } from "./ages.js";
import { now } from "./clock.js";
import { byId, element, keyed, say, svg } from "./elements.js";
import { date, number, whole } from "./formats.js";
import { known, t } from "./words.js";

/** The newest values of all sources. */
export const VALUES = "/api/data/metrics?name=fear_greed_index&limit=50";
const DAY = 86_400;
const YEAR = 365 * DAY;
const ZONES = [0, 25, 45, 55, 75, 100];
const RADIUS = 80;
/** @type {string | null} */
let shownSource = null;

/** A year of the source that the gauge shows. */
export function historyPath() {
  if (!shownSource) return null;
  const from = new Date(now() - YEAR * 1000).toISOString().slice(0, 10);
  return `/api/data/metrics?${new URLSearchParams({ name: "fear_greed_index", source: shownSource, from, limit: "1000" })}`;
}

/**
 * The source's word for a value, in the language of the page.
 * @param {string | null} word
 */
export const feeling = (word) => known(`feeling.${(word ?? "").toLowerCase().replaceAll(" ", "_")}`, word ?? "");

/** @param {import("answers").Metric | null} sentiment */
export function showSentiment(sentiment) {
  const place = byId("gauge");
  if (!sentiment || sentiment.value === null) return void place.replaceChildren(element("p", { class: "empty" }, t("page.nothing")));
  shownSource = sentiment.source;
  place.replaceChildren(
    gauge(sentiment.value),
    element(
      "div",
      {},
      element("p", { class: "value" }, number(whole(sentiment.value))),
      element("p", { class: "word" }, feeling(sentiment.classification)),
      element("p", { class: "small" }, number(sentiment.source)),
    ),
  );
  return setSectionAge(byId("sentiment-age"), sentiment.timestamp, 2 * DAY, "sentiment.of");
}

/**
 * @param {number} value 0 to 100
 * @param {number} radius
 */
function point(value, radius) {
  const angle = Math.PI * (1 - value / 100);
  return `${(100 + radius * Math.cos(angle)).toFixed(2)} ${(92 - radius * Math.sin(angle)).toFixed(2)}`;
}

/** @param {number} value 0 to 100 */
function gauge(value) {
  const arcs = ZONES.slice(1).map((end, index) => {
    const [from, to] = [ZONES[index] + (index ? 0.6 : 0), end];
    return svg("path", {
      class: `zone-${index}`,
      d: `M ${point(from, RADIUS)} A ${RADIUS} ${RADIUS} 0 0 1 ${point(to, RADIUS)} L ${point(to, RADIUS - 16)} A ${RADIUS - 16} ${RADIUS - 16} 0 0 0 ${point(from, RADIUS - 16)} Z`,
    });
  });
  const at = Math.min(100, Math.max(0, value));
  const needle = svg("path", {
    class: "needle",
    d: `M ${point(at, RADIUS + 8)} L ${point(Math.max(0, at - 2.5), RADIUS - 26)} L ${point(Math.min(100, at + 2.5), RADIUS - 26)} Z`,
  });
  /**
   * @param {number} x
   * @param {number} value
   */
  const label = (x, value) => {
    const node = svg("text", { class: "history-label", x, y: 106, "text-anchor": "middle" });
    return say(node, whole(value));
  };
  return svg(
    "svg",
    { viewBox: "0 0 200 110", role: "img", "aria-label": t("sentiment.gauge", { n: whole(value) }) },
    ...arcs,
    needle,
    label(28, 0),
    label(172, 100),
  );
}

/** @param {import("answers").Metrics} answer */
export function showSentimentSources({ metrics }) {
  const newest = [...Map.groupBy(metrics, (one) => one.source).values()].map((list) => list[0]);
  newest.sort((one, other) => Number(other.source === shownSource) - Number(one.source === shownSource));
  keyed(
    byId("sentiment-others"),
    newest,
    (one) => one.source,
    () => {
      const node = element("li");
      return { node, update: (one) => node.replaceChildren(number(one.source), ` ${whole(one.value)} · ${feeling(one.classification)}`) };
    },
  );
}

/** @typedef {import("answers").Metric & {value: number, timestamp: string}} Measured */

/** @param {import("answers").Metrics} answer */
export function showSentimentHistory({ metrics }) {
  const list = /** @type {Measured[]} */ (metrics.filter((one) => one.value !== null && one.timestamp).reverse());
  if (list.length < 2) {
    byId("sentiment-history").replaceChildren();
    return void say(byId("sentiment-summary"), list.length ? t("sentiment.young") : "");
  }
  const values = list.map((one) => one.value);
  const said = t("sentiment.summary", {
    from: date(list[0].timestamp),
    to: date(list[list.length - 1].timestamp),
    low: whole(Math.min(...values)),
    high: whole(Math.max(...values)),
    n: whole(list.length),
    count: list.length,
  });
  byId("sentiment-history").replaceChildren(history(list, said));
  return void say(byId("sentiment-summary"), said);
}

const WIDTH = 400;
const HEIGHT = 128;

/**
 * @param {Measured[]} list the oldest first
 * @param {string} said what the picture shows, in words
 */
function history(list, said) {
  const times = list.map((one) => Date.parse(one.timestamp));
  /** @param {number} index */
  const x = (index) => 24 + ((WIDTH - 26) * (times[index] - times[0])) / Math.max(1, times[times.length - 1] - times[0]);
  /** @param {number} value */
  const y = (value) => 4 + (HEIGHT - 8) * (1 - value / 100);
  const grid = [0, 25, 50, 75, 100].map((value) => svg("line", { class: "history-grid", x1: 24, x2: WIDTH, y1: y(value), y2: y(value) }));
  const labels = [25, 50, 75].map((value) => say(svg("text", { class: "history-label", x: 20, y: y(value) + 4, "text-anchor": "end" }), whole(value)));
  const points = list.map((one, index) => `${x(index).toFixed(1)},${y(one.value).toFixed(1)}`).join(" ");
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": said },
    ...grid,
    ...labels,
    svg("polyline", { class: "history-line", points }),
  );
}
