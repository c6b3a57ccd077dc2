// The coins that a person watches: kept in this browser and nowhere else.

const KEY = "crypto_pipeline_watched";

/**
 * The list that was kept; nothing where it is damaged.
 * @param {string | null} kept
 * @returns {string[]}
 */
export function read(kept) {
  try {
    const list = JSON.parse(kept ?? "[]");
    return Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

const symbols = new Set(read(localStorage.getItem(KEY)));

/** @param {string} symbol */
export const isWatched = (symbol) => symbols.has(symbol);
export const watchesAny = () => symbols.size > 0;

/** @param {string} symbol */
export function toggle(symbol) {
  if (!symbols.delete(symbol)) symbols.add(symbol);
  localStorage.setItem(KEY, JSON.stringify([...symbols]));
}
