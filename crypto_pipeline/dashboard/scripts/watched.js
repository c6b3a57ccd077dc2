// The coins that a person watches: kept in this browser and nowhere else.

const KEY = "crypto_pipeline_watched";
/** @type {(() => void)[]} */
const listeners = [];

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

let symbols = new Set(read(localStorage.getItem(KEY)));

/** @param {string} symbol */
export const isWatched = (symbol) => symbols.has(symbol);
export const watchesAny = () => symbols.size > 0;
/** In the order in which they were chosen. */
export const watched = () => [...symbols];

/** @param {string} symbol */
export function toggle(symbol) {
  symbols = new Set(read(localStorage.getItem(KEY))); // another tab may have changed it
  if (!symbols.delete(symbol)) symbols.add(symbol);
  localStorage.setItem(KEY, JSON.stringify([...symbols]));
  tellAll();
}

/**
 * Called after the list has changed, in this tab or in another one.
 * @param {() => void} listener
 */
export const onWatched = (listener) => listeners.push(listener);

function tellAll() {
  for (const listener of listeners) listener();
}

globalThis.addEventListener?.("storage", (event) => {
  if (event.key !== KEY) return;
  symbols = new Set(read(event.newValue));
  tellAll();
});
