// Sparklines: a day in a hundred pixels. Hours of which nothing is known are gaps.

import { svg } from "./elements.js";
import { priceInMoney } from "./money.js";
import { t } from "./words.js";

const WIDTH = 100;
const HEIGHT = 24;
const EDGE = 3;

/**
 * An <svg> with its text alternative, or null when fewer than two hours are known.
 * @param {(number | null)[]} values
 */
export function sparkline(values) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const low = Math.min(...known);
  const high = Math.max(...known);
  const scale = high > low ? (HEIGHT - 2 * EDGE) / (high - low) : 0;
  /** @param {number} index */
  const x = (index) => (index * WIDTH) / Math.max(1, values.length - 1);
  /** @param {number} value */
  const y = (value) => (scale ? HEIGHT - EDGE - (value - low) * scale : HEIGHT / 2);
  const first = known[0];
  const last = known[known.length - 1];
  return svg(
    "svg",
    {
      class: `sparkline ${last > first ? "up" : last < first ? "down" : "flat"}`,
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": t("prices.spark.said", { first: priceInMoney(first), last: priceInMoney(last), low: priceInMoney(low), high: priceInMoney(high) }),
    },
    ...pieces(values).map((piece) => svg("polyline", { points: piece.map(([index, value]) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(" ") })),
  );
}

/**
 * The parts of a series that have no gap; a lone value becomes a short dash, so that it is seen.
 * @param {(number | null)[]} values
 * @returns {[number, number][][]}
 */
export function pieces(values) {
  /** @type {[number, number][][]} */
  const found = [[]];
  values.forEach((value, index) => {
    if (value === null) found.push([]);
    else found[found.length - 1].push([index, value]);
  });
  return found
    .filter((piece) => piece.length)
    .map((piece) =>
      piece.length > 1
        ? piece
        : [
            [piece[0][0] - 0.3, piece[0][1]],
            [piece[0][0] + 0.3, piece[0][1]],
          ],
    );
}
