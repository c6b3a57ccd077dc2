// What crypto_pipeline/dashboard/scripts/candles.js and lines.js use of Lightweight Charts, which stands in dashboard/vendor/.
type Options = Record<string, unknown>;

export interface Series {
  applyOptions(options: Options): void;
  setData(data: { time: number }[]): void;
}

export interface Chart {
  addSeries(kind: SeriesKind, options: Options): Series;
  removeSeries(series: Series): void;
  applyOptions(options: Options): void;
  priceScale(id: string): { applyOptions(options: Options): void };
  timeScale(): { setVisibleLogicalRange(range: { from: number; to: number }): void; fitContent(): void };
  subscribeCrosshairMove(listener: (move: { time?: number; seriesData: Map<Series, { value?: number }> }) => void): void;
}

export interface SeriesKind {
  readonly type: string;
}

export const CandlestickSeries: SeriesKind;
export const HistogramSeries: SeriesKind;
export const LineSeries: SeriesKind;
export function createChart(place: HTMLElement, options: Options): Chart;
