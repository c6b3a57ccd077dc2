// Up and down: by colour, by arrow and by sign, so that none of them is needed alone.

import { element, first, last, mark, say } from "./elements.js";
import { exact, number, percent } from "./formats.js";

/** An element for a change in percent; `setChange` fills it. */
export const change = () => element("span", { class: "change" }, element("span", { "aria-hidden": "true" }), number(""));

/**
 * @param {HTMLElement} node
 * @param {number | null | undefined} value percent
 */
export function setChange(node, value, digits = 2) {
  const is = value === null || value === undefined ? "flat" : value > 0 ? "up" : value < 0 ? "down" : "flat";
  mark(node, { class: `change ${is}`, title: exact(value) });
  say(first(node), { up: "▲ ", down: "▼ ", flat: "" }[is]);
  say(last(node), percent(value, digits));
}
