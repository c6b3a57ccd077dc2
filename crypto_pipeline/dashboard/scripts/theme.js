// Light, dark, or as the system has it; remembered in a cookie, so that the page arrives in its colours.

import { byId, say } from "./elements.js";
import { t } from "./words.js";

const ORDER = ["auto", "light", "dark"];
const A_YEAR = 365 * 24 * 60 * 60;
/** @type {(() => void)[]} */
const listeners = [];

/**
 * Called after the colours have changed.
 * @param {() => void} listener
 */
export const onTheme = (listener) => listeners.push(listener);

/**
 * What a colour of the styles is in the theme of now.
 * @param {string} name
 */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function tellAll() {
  for (const listener of listeners) listener();
}

export function begin() {
  const root = document.documentElement;
  const button = byId("theme");
  const name = () => say(button, t(`theme.${root.dataset.theme}`));
  name();
  button.addEventListener("click", () => {
    root.dataset.theme = ORDER[(ORDER.indexOf(root.dataset.theme ?? "") + 1) % ORDER.length];
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in half of the browsers
    document.cookie = `crypto_pipeline_theme=${root.dataset.theme}; path=/; max-age=${A_YEAR}; samesite=lax`;
    name();
    tellAll();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tellAll);
}
