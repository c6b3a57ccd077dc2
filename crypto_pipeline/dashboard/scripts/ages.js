// How old numbers are, in words that keep up with the time, and a mark on those older than is usual.

import { now } from "./clock.js";
import { element, first, mark, say } from "./elements.js";
import { date, utc, whole } from "./formats.js";
import { t } from "./words.js";

const EVERY = 10_000;
/** @type {[number, number, string][]} Up to so many seconds, counted in so many, said with this key. */
const STEPS = [
  [60, 1, "age.seconds"],
  [3600, 60, "age.minutes"],
  [86_400, 3600, "age.hours"],
  [30 * 86_400, 86_400, "age.days"],
];
const JUST = 5;
const WARNING = "⚠\uFE0E";

/**
 * An age in words: 3 min ago; a date when it is more than a month.
 * @param {string} time
 */
export function inWords(time) {
  const seconds = Math.max(0, (now() - Date.parse(time)) / 1000);
  if (seconds < JUST) return t("age.now");
  const step = STEPS.find(([end]) => seconds < end);
  if (!step) return date(time);
  const count = Math.floor(seconds / step[1]);
  return t(step[2], { n: whole(count), count });
}

/** A <time> that says how old something is. */
export function age() {
  return element("time", { class: "age" });
}

/**
 * Give it a moment, and the seconds after which that is older than usual.
 * @param {HTMLTimeElement} node
 * @param {string | null | undefined} time
 * @param {number | null} limit
 */
export function setAge(node, time, limit = null) {
  mark(node, { datetime: time, title: time ? utc(time) : null, "data-limit": limit });
  showAge(node);
}

/** @param {HTMLTimeElement} node */
function showAge(node) {
  const time = node.dateTime;
  if (!time) return say(node, "");
  const limit = Number(node.dataset.limit);
  const stale = limit > 0 && now() - Date.parse(time) > limit * 1000;
  node.classList.toggle("stale", stale);
  const words = inWords(time);
  if (!stale) return say(node, words);
  if (node.textContent === `${WARNING} ${t("age.stale")} ${words}`) return node;
  node.replaceChildren(`${WARNING} `, element("span", {}, t("age.stale")), ` ${words}`);
  return node;
}

/**
 * The age of a whole section: one <time> in the paragraph, after a word on what it is the age of.
 * @param {HTMLElement} paragraph
 * @param {string | null | undefined} time
 * @param {number | null} limit
 */
export function setSectionAge(paragraph, time, limit, key = "age.collected") {
  let node = paragraph.querySelector("time");
  if (!node) {
    node = age();
    paragraph.replaceChildren(element("span", {}), " ", node);
  }
  say(first(paragraph), time ? t(key) : "");
  setAge(node, time, limit);
}

setInterval(() => {
  for (const node of document.querySelectorAll("time")) if (node.classList.contains("age")) showAge(node);
}, EVERY);
