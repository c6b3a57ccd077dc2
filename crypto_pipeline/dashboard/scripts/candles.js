// The candle chart: drawn by Lightweight Charts, coloured by the theme, read aloud by the table below it.

import { CandlestickSeries, createChart, HistogramSeries } from "../vendor/lightweight-charts/lightweight-charts.standalone.production.mjs";
import { byId } from "./elements.js";
import { dayAndClock, price, tickMark } from "./formats.js";
import { colour, onTheme } from "./theme.js";

/** @param {number} time seconds */
const timeFormatter = (time) => `${dayAndClock(time * 1000)} UTC`;

const chart = createChart(byId("chart"), {
  autoSize: true,
  layout: { attributionLogo: false, background: { color: "transparent" }, fontSize: 11 },
  rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.24 } },
  timeScale: { borderVisible: false, timeVisible: true, secondsVisible: false, rightOffset: 2, tickMarkFormatter: tickMark },
  localization: { priceFormatter: price, timeFormatter },
  handleScroll: { vertTouchDrag: false },
  crosshair: { mode: 0 },
});
const candles = chart.addSeries(CandlestickSeries, { priceLineVisible: false });
const volumes = chart.addSeries(HistogramSeries, { priceScaleId: "volume", priceFormat: { type: "volume" }, lastValueVisible: false, priceLineVisible: false });
chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });

/** @typedef {import("answers").Candle & {open: number, high: number, low: number, close: number}} Drawn */
/** @type {Drawn[]} */
let shown = [];
let which = "";
/** @type {(candle: import("answers").Candle | null) => void} */
let onMove = () => {};

function paint() {
  const [up, down, ink, soft, rule] = ["--up", "--down", "--ink", "--soft", "--rule"].map(colour);
  chart.applyOptions({
    layout: { textColor: soft, fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { vertLines: { color: rule }, horzLines: { color: rule } },
    crosshair: { vertLine: { color: soft, labelBackgroundColor: ink }, horzLine: { color: soft, labelBackgroundColor: ink } },
  });
  candles.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down, borderUpColor: up, borderDownColor: down });
  draw();
}

function draw() {
  const [ink, up, down, hollow] = ["--ink", "--up", "--down", "--paper"].map(colour);
  const open = { color: hollow, borderColor: ink, wickColor: ink };
  candles.setData(
    shown.map((one) => ({ time: seconds(one), open: one.open, high: one.high, low: one.low, close: one.close, ...(one.is_final === false && open) })),
  );
  volumes.setData(
    shown.filter((one) => one.volume !== null).map((one) => ({ time: seconds(one), value: one.volume, color: `${one.close < one.open ? down : up}66` })),
  );
}

/** @param {import("answers").Candle} one */
const seconds = (one) => Date.parse(one.timestamp) / 1000;

/**
 * Draw candles; another coin, interval or provider begins with the newest of them in view.
 * @param {import("answers").Candle[]} list
 * @param {string} key
 */
export function drawCandles(list, key) {
  shown = /** @type {Drawn[]} */ (list.filter((one) => [one.open, one.high, one.low, one.close].every(Number.isFinite)));
  const least = Math.min(...shown.map((one) => one.low));
  const digits = least >= 100 ? 2 : least >= 1 ? 4 : Math.min(14, 4 - Math.floor(Math.log10(least || 1)));
  candles.applyOptions({ priceFormat: { type: "custom", formatter: price, minMove: 10 ** -digits } });
  draw();
  if (key !== which) {
    chart.timeScale().setVisibleLogicalRange({ from: shown.length - 90, to: shown.length + 2 });
    if (shown.length < 90) chart.timeScale().fitContent();
  }
  which = key;
}

/** All candles at once, from the first to the last. */
export const showAll = () => chart.timeScale().fitContent();

/**
 * The listener is called with the candle under the crosshair, or with null.
 * @param {(candle: import("answers").Candle | null) => void} listener
 */
export function onCrosshair(listener) {
  onMove = listener;
}

chart.subscribeCrosshairMove(({ time }) => onMove(shown.find((one) => seconds(one) === time) ?? null));

onTheme(paint);
paint();
