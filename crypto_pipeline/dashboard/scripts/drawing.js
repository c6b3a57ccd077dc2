// A chart of an answer: a line along its times, or a bar for each of its labels.

import { element, svg } from "./elements.js";
import { short } from "./formats.js";

const [WIDTH, HEIGHT, EDGE] = [720, 200, 8];
const BARS = 30;

/** @typedef {{name: string, type: string}} Column */
/** @typedef {{kind: string, along: string, value: string}} Chart */

/**
 * Which columns are drawn, and how: as the ready question says, else by their types; null where there is nothing to draw.
 * @param {Column[]} columns
 * @param {Chart | null} chart
 * @returns {Chart | null}
 */
export function chartOf(columns, chart) {
  if (chart && [chart.along, chart.value].every((name) => columns.some((one) => one.name === name))) return chart;
  const value = columns.find(({ type }) => /^(DOUBLE|FLOAT|DECIMAL|[A-Z]*INT)/.test(type))?.name;
  const time = columns.find(({ type }) => /^(TIMESTAMP|DATE)/.test(type))?.name;
  const label = columns.find(({ type }) => type === "VARCHAR")?.name;
  const along = time ?? label;
  return value && along ? { kind: time ? "line" : "bars", along, value } : null;
}

/**
 * The chart of an answer, with a text for those who cannot see it; null where there is nothing to draw.
 * @param {Column[]} columns
 * @param {Record<string, unknown>[]} rows
 * @param {Chart | null} wanted
 */
export function drawing(columns, rows, wanted) {
  const chart = chartOf(columns, wanted);
  if (!chart) return null;
  const points = rows
    .map((row) => ({ along: String(row[chart.along] ?? ""), value: Number(row[chart.value] ?? Number.NaN) }))
    .filter((one) => Number.isFinite(one.value));
  if (points.length < 2) return null;
  return chart.kind === "line" ? line(points, chart) : bars(points.slice(0, BARS));
}

/** @typedef {{along: string, value: number}} Point */

/**
 * @param {Point[]} points
 * @param {Chart} chart
 */
function line(points, chart) {
  const sorted = points.map((one) => ({ time: Date.parse(one.along), value: one.value })).filter((one) => Number.isFinite(one.time));
  sorted.sort((one, other) => one.time - other.time);
  const [times, values] = [sorted.map((one) => one.time), sorted.map((one) => one.value)];
  const [first, last, low, high] = [times[0], times[times.length - 1], Math.min(...values), Math.max(...values)];
  const x = (/** @type {number} */ time) => EDGE + ((time - first) / (last - first || 1)) * (WIDTH - 2 * EDGE);
  const y = (/** @type {number} */ value) => HEIGHT - EDGE - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * EDGE);
  return svg(
    "svg",
    {
      class: "sparkline drawing",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": `${chart.value}: ${short(low)} – ${short(high)}`,
    },
    svg("polyline", { points: sorted.map((one) => `${x(one.time).toFixed(1)},${y(one.value).toFixed(1)}`).join(" ") }),
  );
}

/** @param {Point[]} points */
function bars(points) {
  const most = Math.max(...points.map((one) => Math.abs(one.value))) || 1;
  return element(
    "ul",
    { class: "bars" },
    ...points.map((one) =>
      element(
        "li",
        {},
        element("span", { class: "soft cut", dir: "auto" }, one.along),
        element("progress", { max: most, value: Math.abs(one.value), "aria-hidden": "true" }),
        element("bdi", { dir: "ltr" }, short(one.value)),
      ),
    ),
  );
}
