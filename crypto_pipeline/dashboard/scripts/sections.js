// The sections of a page: whether they are seen, what keeps them from being new, and that they no longer wait.

import { byId, mark, say, seen, show } from "./elements.js";

/** @param {string} id */
export const sight = (id) => seen(byId(id));

/**
 * A section's own line on why it has nothing new.
 * @param {string} id
 * @returns {(sentence: string | null) => void}
 */
export function troubleOf(id) {
  const line = /** @type {HTMLElement} */ (byId(id).querySelector(".trouble"));
  return (sentence) => {
    show(line, sentence !== null);
    say(line, sentence ?? "");
    if (sentence !== null) waitNoMore(id);
  };
}

/**
 * Where a first answer is a refusal, nothing is loading: the section keeps its place for it no longer.
 * @param {string} id
 */
export function waitNoMore(id) {
  if (!byId(id).hasAttribute("aria-busy")) return;
  mark(byId(id), { "aria-busy": null });
  const waits = document.getElementById(`${id}-empty`);
  if (waits) show(waits, false);
}

/**
 * Show an answer in a section, which is then no longer waiting for its first numbers.
 * @param {string} id
 * @param {(answer: any) => unknown} show
 */
export const filling = (id, show) => (/** @type {unknown} */ answer) => {
  mark(byId(id), { "aria-busy": null });
  return show(answer);
};
