// Drawings of figures: lines over time, and bars above and below a line. The table beside them has the numbers.

import { element, svg } from "./elements.js";
import { amount } from "./formats.js";
import { t } from "./words.js";

const [WIDTH, HEIGHT, EDGE] = [1000, 240, 6];
/** Above and below the lines, where the ends of the axis are written. */
const ROOM = 24;
/** From this ratio on between the largest and the smallest, equal steps are equal factors. */
const WIDE = 60;

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{name: string, points: Point[]}} Line */
/** @typedef {(value: number) => string} Say */

/**
 * Lines over one axis, with their names, their newest values, and the ends of both axes. Nothing where no line has two points.
 * @param {HTMLElement} host
 * @param {Line[]} lines
 * @param {{sayX: Say, sayY: Say, about: string}} words
 */
export function drawLines(host, lines, { sayX, sayY, about }) {
  const drawn = lines.map((line, place) => ({ ...line, place })).filter((line) => line.points.length > 1);
  if (!drawn.length) return host.replaceChildren();
  const all = drawn.flatMap((line) => line.points);
  const [left, right] = ends(all.map((point) => point.x));
  const [low, high] = ends(all.map((point) => point.y));
  const isWide = low > 0 && high / low > WIDE;
  const height = isWide ? Math.log : Number;
  const x = (/** @type {number} */ value) => EDGE + ((value - left) / (right - left || 1)) * (WIDTH - 2 * EDGE);
  const y = (/** @type {number} */ value) =>
    high === low ? HEIGHT / 2 : HEIGHT - ROOM - ((height(value) - height(low)) / (height(high) - height(low) || 1)) * (HEIGHT - 2 * ROOM);
  const paths = drawn.map((line) =>
    svg("polyline", { class: `line-${line.place + 1}`, points: line.points.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join(" ") }),
  );
  const zero = low < 0 && high > 0 ? [svg("line", { class: "zero", x1: 0, x2: WIDTH, y1: y(0), y2: y(0) })] : [];
  const said = drawn.map((line) => `${line.name} ${sayY(line.points[line.points.length - 1].y)}`).join(", ");
  framed(host, [...zero, ...paths], [lines.length > 1 ? element("span", {}, about) : null, ...legend(drawn, sayY)], {
    top: `${sayY(high)}${isWide ? ` · ${t("desk.log")}` : ""}`,
    bottom: sayY(low),
    left: sayX(left),
    right: sayX(right),
    about: `${about}: ${said}`,
  });
}

/**
 * Two amounts at each moment: one above the line, the other below it.
 * @param {HTMLElement} host
 * @param {{x: number, up: number, down: number}[]} bars
 * @param {{sayX: Say, sayY: Say, about: string, up: string, down: string, step: number}} words
 */
export function drawBars(host, bars, { sayX, sayY, about, up, down, step }) {
  if (!bars.length) return host.replaceChildren();
  const [left, right] = ends(bars.map((bar) => bar.x));
  const most = Math.max(...bars.flatMap((bar) => [bar.up, bar.down])) || 1;
  const [middle, width] = [HEIGHT / 2, (WIDTH / ((right - left) / step + 1)) * 0.8];
  const x = (/** @type {number} */ value) => ((value - left) / step + 0.1) * (width / 0.8);
  const tall = (/** @type {number} */ value) => (value / most) * (middle - ROOM);
  const shapes = bars.flatMap((bar) => [
    svg("rect", { class: "above", x: x(bar.x), y: middle - tall(bar.up), width, height: tall(bar.up) }),
    svg("rect", { class: "below", x: x(bar.x), y: middle, width, height: tall(bar.down) }),
  ]);
  const sum = (/** @type {"up" | "down"} */ side) => bars.reduce((whole, bar) => whole + bar[side], 0);
  const names = [
    element("span", {}, element("span", { class: "swatch above", "aria-hidden": "true" }), ` ${up} `, element("b", {}, amount(sayY(sum("up"))))),
    element("span", {}, element("span", { class: "swatch below", "aria-hidden": "true" }), ` ${down} `, element("b", {}, amount(sayY(sum("down"))))),
  ];
  framed(host, [svg("line", { class: "zero", x1: 0, x2: WIDTH, y1: middle, y2: middle }), ...shapes], names, {
    top: sayY(most),
    bottom: sayY(most),
    left: sayX(left),
    right: sayX(right),
    about: `${about}: ${up} ${sayY(sum("up"))}, ${down} ${sayY(sum("down"))}`,
  });
}

/** @param {number[]} values */
const ends = (values) => values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);

/**
 * @param {(Line & {place: number})[]} lines
 * @param {Say} sayY
 */
const legend = (lines, sayY) =>
  lines.map((line) =>
    element(
      "span",
      {},
      element("span", { class: `swatch series-${line.place + 1}`, "aria-hidden": "true" }),
      " ",
      element("bdi", {}, line.name),
      " ",
      element("b", {}, amount(sayY(line.points[line.points.length - 1].y))),
    ),
  );

/**
 * @param {HTMLElement} host
 * @param {SVGElement[]} shapes
 * @param {(HTMLElement | null)[]} names
 * @param {Record<"top" | "bottom" | "left" | "right" | "about", string>} words
 */
function framed(host, shapes, names, { top, bottom, left, right, about }) {
  host.replaceChildren(
    element("p", { class: "names" }, ...names),
    element(
      "div",
      { class: "frame" },
      svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": about }, ...shapes),
      element("span", { class: "top", "aria-hidden": "true" }, amount(top)),
      element("span", { class: "bottom", "aria-hidden": "true" }, amount(bottom)),
    ),
    element("p", { class: "ends", "aria-hidden": "true" }, element("span", {}, amount(left)), element("span", {}, amount(right))),
  );
}
