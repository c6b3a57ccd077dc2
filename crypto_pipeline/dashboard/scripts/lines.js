// The chart of a comparison: one line a coin, drawn by Lightweight Charts, read aloud by the table below it.

import { createChart, LineSeries } from "../vendor/lightweight-charts/lightweight-charts.standalone.production.mjs";
import { byId } from "./elements.js";
import { dayAndClock, index, tickMark } from "./formats.js";
import { colour, onTheme } from "./theme.js";

/** @typedef {{symbol: string, points: import("answers").ComparedPoint[]}} Line */

const chart = createChart(byId("chart"), {
  autoSize: true,
  layout: { attributionLogo: false, background: { color: "transparent" }, fontSize: 11 },
  rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.06 } },
  timeScale: { borderVisible: false, timeVisible: true, secondsVisible: false, rightOffset: 2, tickMarkFormatter: tickMark },
  localization: { priceFormatter: index, timeFormatter: (/** @type {number} */ time) => `${dayAndClock(time * 1000)} UTC` },
  handleScroll: { vertTouchDrag: false },
  crosshair: { mode: 0 },
});
/** @type {import("../vendor/lightweight-charts/lightweight-charts.standalone.production.mjs").Series[]} */
const series = [];
/** @type {Line[]} */
let shown = [];
let which = "";
/** @type {(at: {time: number, values: (number | null)[]} | null) => void} */
let onMove = () => {};

function paint() {
  const [ink, soft, rule] = ["--ink", "--soft", "--rule"].map(colour);
  chart.applyOptions({
    layout: { textColor: soft, fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { vertLines: { color: rule }, horzLines: { color: rule } },
    crosshair: { vertLine: { color: soft, labelBackgroundColor: ink }, horzLine: { color: soft, labelBackgroundColor: ink } },
  });
  for (const [place, one] of series.entries()) one.applyOptions({ color: colour(`--series-${place + 1}`) });
}

/**
 * Draw lines, in place of those that were there.
 * @param {Line[]} lines
 */
export function drawLines(lines) {
  for (const one of series.splice(lines.length)) chart.removeSeries(one);
  while (series.length < lines.length) series.push(chart.addSeries(LineSeries, { lineWidth: 2, priceLineVisible: false }));
  shown = lines;
  for (const [place, { symbol, points }] of lines.entries()) {
    series[place].applyOptions({ title: symbol });
    series[place].setData(points.map((one) => ({ time: Date.parse(one.timestamp) / 1000, value: one.index })));
  }
  paint();
  const key = lines.map((one) => `${one.symbol} ${one.points[0]?.timestamp}`).join();
  if (key !== which) chart.timeScale().fitContent();
  which = key;
}

/**
 * The listener is called with where the lines are under the crosshair, or with null.
 * @param {typeof onMove} listener
 */
export function onCrosshair(listener) {
  onMove = listener;
}

chart.subscribeCrosshairMove(({ time, seriesData }) =>
  onMove(time === undefined ? null : { time, values: shown.map((_, place) => seriesData.get(series[place])?.value ?? null) }),
);

onTheme(paint);
