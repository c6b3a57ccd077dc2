// The little of a page that pure modules look at when they are loaded: its language, and the file of its words.
//
// Import this before any module of the dashboard. Nothing is drawn here; what is drawn is tested in a browser.

import { readFile } from "node:fs/promises";

/** @param {"en" | "fa"} language */
export function inLanguage(language) {
  const documentElement = { lang: language, dir: language === "fa" ? "rtl" : "ltr" };
  Object.assign(globalThis, {
    document: { documentElement },
    fetch: async (/** @type {URL} */ file) => ({ json: async () => JSON.parse(await readFile(file, "utf-8")) }),
    setInterval: () => 0, // nothing follows the time here
  });
}

/** @param {string} name */
export const script = (name) => import(new URL(`../../../crypto_pipeline/dashboard/scripts/${name}`, import.meta.url).href);
