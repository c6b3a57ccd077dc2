// Fear and greed: a gauge, what each source says, and the way it went.

import { setSectionAge } from "./ages.js";
import { byId, element, keyed, say, svg } from "./elements.js";
import { date, number, whole } from "./formats.js";
import { known, t } from "./words.js";

export const HISTORY = "/api/data/metrics?name=fear_greed_index&limit=1000";
const TWO_DAYS = 2 * 86_400;
const ZONES = [0, 25, 45, 55, 75, 100];
const RADIUS = 80;
let spokesman = null;

/** The source's word for a value, in the language of the page. */
export const feeling = (word) => known(`feeling.${(word ?? "").toLowerCase().replaceAll(" ", "_")}`, word ?? "");

export function showMood(mood) {
  const place = byId("gauge");
  if (!mood) return void place.replaceChildren(element("p", { class: "empty" }, t("page.nothing")));
  spokesman = mood.source;
  place.replaceChildren(
    gauge(mood.value),
    element("div", {}, element("p", { class: "value" }, number(whole(mood.value))), element("p", { class: "word" }, feeling(mood.classification)), element("p", { class: "small" }, number(mood.source))),
  );
  return setSectionAge(byId("mood-age"), mood.timestamp, TWO_DAYS, "mood.of");
}

function point(value, radius) {
  const angle = Math.PI * (1 - value / 100);
  return `${(100 + radius * Math.cos(angle)).toFixed(2)} ${(92 - radius * Math.sin(angle)).toFixed(2)}`;
}

function gauge(value) {
  const arcs = ZONES.slice(1).map((end, index) => {
    const [from, to] = [ZONES[index] + (index ? 0.6 : 0), end];
    return svg("path", {
      class: `zone-${index}`,
      d: `M ${point(from, RADIUS)} A ${RADIUS} ${RADIUS} 0 0 1 ${point(to, RADIUS)} L ${point(to, RADIUS - 16)} A ${RADIUS - 16} ${RADIUS - 16} 0 0 0 ${point(from, RADIUS - 16)} Z`,
    });
  });
  const at = Math.min(100, Math.max(0, value));
  const needle = svg("path", { class: "needle", d: `M ${point(at, RADIUS + 8)} L ${point(Math.max(0, at - 2.5), RADIUS - 26)} L ${point(Math.min(100, at + 2.5), RADIUS - 26)} Z` });
  const label = (x, value) => {
    const node = svg("text", { class: "history-label", x, y: 106, "text-anchor": "middle" });
    return say(node, whole(value));
  };
  return svg("svg", { viewBox: "0 0 200 110", role: "img", "aria-label": t("mood.gauge", { n: whole(value) }) }, ...arcs, needle, label(28, 0), label(172, 100));
}

export function showMoodHistory({ metrics }) {
  const bySource = Map.groupBy(metrics, (one) => one.source);
  const series = [...bySource].map(([source, list]) => [source, [...list].reverse()]).sort(([one], [other]) => (other === spokesman) - (one === spokesman));
  keyed(byId("mood-others"), series, ([source]) => source, () => {
    const node = element("li");
    return {
      node,
      update([source, list]) {
        const last = list.at(-1);
        node.replaceChildren(number(source), ` ${whole(last.value)} · ${feeling(last.classification)}`);
      },
    };
  });
  const main = series[0]?.[1] ?? [];
  if (main.length < 2) {
    byId("mood-history").replaceChildren();
    return void say(byId("mood-summary"), main.length ? t("mood.young") : "");
  }
  const values = main.map((one) => one.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const said = t("mood.summary", { from: date(main[0].timestamp), to: date(main.at(-1).timestamp), low: whole(low), high: whole(high), n: whole(main.length), count: main.length });
  byId("mood-history").replaceChildren(history(series.map(([, list]) => list), said));
  return void say(byId("mood-summary"), said);
}

const WIDTH = 400;
const HEIGHT = 128;

function history(series, said) {
  const times = series.flat().map((one) => Date.parse(one.timestamp));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const x = (time) => 24 + ((WIDTH - 26) * (Date.parse(time) - first)) / Math.max(1, last - first);
  const y = (value) => 4 + (HEIGHT - 8) * (1 - value / 100);
  const grid = [0, 25, 50, 75, 100].map((value) => svg("line", { class: "history-grid", x1: 24, x2: WIDTH, y1: y(value), y2: y(value) }));
  const labels = [25, 50, 75].map((value) => say(svg("text", { class: "history-label", x: 20, y: y(value) + 4, "text-anchor": "end" }), whole(value)));
  const lines = series.map((list, index) =>
    svg("polyline", { class: index ? "history-line other" : "history-line", points: list.map((one) => `${x(one.timestamp).toFixed(1)},${y(one.value).toFixed(1)}`).join(" ") }),
  );
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": said }, ...grid, ...labels, ...lines.reverse());
}
