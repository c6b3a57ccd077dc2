// Candles of two answers as one list, and how far it reaches.

/**
 * Older and newer candles together, oldest first. Where both have a moment the newer answer is right.
 * @template {{timestamp: string}} Candle
 * @param {readonly Candle[]} older
 * @param {readonly Candle[]} newer
 * @returns {Candle[]}
 */
export function joined(older, newer) {
  const [first] = newer;
  return first ? [...older.filter((one) => Date.parse(one.timestamp) < Date.parse(first.timestamp)), ...newer] : [...older];
}

/**
 * The moments of the first and of the last; null where there is none.
 * @param {readonly {timestamp: string}[]} candles
 */
export function reachOf(candles) {
  const last = candles.at(-1);
  return last ? { from: candles[0].timestamp, to: last.timestamp } : null;
}
