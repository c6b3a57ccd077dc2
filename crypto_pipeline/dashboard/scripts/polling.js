// Keeping up: each part of the page asks again every so often while it can be seen; never while the page is hidden.

import { latest } from "./latest.js";
import { ask, HttpError, Unreachable } from "./requests.js";
import { reachable, unreachable } from "./notices.js";

const EVERY = 30;
const LONGEST = 60;
/** @type {import("page").Followed[]} */
const followed = [];
let busy = false;
let failures = 0;
let quietUntil = 0;

/**
 * Follow what a path says. `path()` gives the address of now, or null for nothing to ask; `show(data)` is called with
 * what is new; `trouble(sentence or null)` with why there is nothing new; `sight` is what elements.seen() gave.
 * The result's `now()` asks at once, in the place of what is under way; `soon()` has it asked, and shown, with the next round.
 * @param {object} part
 * @param {() => string | null} part.path
 * @param {(data: any) => unknown} part.show
 * @param {(sentence: string | null) => void} [part.trouble]
 * @param {number} [part.every] seconds
 * @param {import("page").Sight | null} [part.sight]
 */
export function follow({ path, show, trouble = () => {}, every = EVERY, sight = null }) {
  /** @type {import("page").Followed} */
  const one = { path, show, trouble, every, sight, due: 0, shown: null, question: latest() };
  followed.push(one);
  const soon = () => {
    if (Date.now() >= one.due) round();
  };
  if (sight) sight.came = soon;
  return {
    now() {
      one.question.anew();
      one.due = 0;
      return one.path() === null ? Promise.resolve() : once(one);
    },
    soon() {
      one.due = 0;
      one.shown = null;
    },
  };
}

/** @param {import("page").Followed} one */
async function once(one) {
  const path = one.path();
  if (path === null) return;
  const signal = one.question.anew();
  one.due = Date.now() + one.every * 1000;
  try {
    const { data } = await ask(path, signal);
    if (signal.aborted) return;
    failures = 0;
    reachable();
    if (one.path() !== path) return await once(one); // something else was chosen meanwhile, and would be taken for what this is
    one.trouble(null);
    if (one.shown !== data) await one.show(data);
    one.shown = data;
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof Unreachable) wait();
    else if (error instanceof HttpError) {
      if (one.path() !== path) return once(one);
      one.trouble(error.message);
      one.due = Date.now() + (error.retryAfter ?? one.every) * 1000;
    } else throw error;
  }
}

/** The server is away: ask more and more seldom, with some chance in it, so that many pages do not come at once. */
function wait() {
  failures += 1;
  const seconds = Math.min(LONGEST, 2 ** failures) * (0.75 + Math.random() / 2);
  quietUntil = Date.now() + seconds * 1000;
  for (const one of followed) one.due = 0;
  unreachable();
}

/** Ask for everything that is due, one after the other, in the order of the page. */
async function round() {
  if (busy || document.hidden || Date.now() < quietUntil) return;
  busy = true;
  try {
    for (const one of followed) {
      if (document.hidden || Date.now() < quietUntil) break;
      if (Date.now() >= one.due && (one.sight?.now ?? true) && one.path() !== null) await once(one);
    }
  } finally {
    busy = false;
  }
}

/** Show the answers of now once more, for what is shown of them has changed. */
export function showAgain() {
  for (const one of followed) if (one.shown !== null) one.show(one.shown);
}

/** Begin; the order of the calls of follow() is the order of asking. */
export function begin() {
  setInterval(round, 1000);
  document.addEventListener("visibilitychange", round);
  window.addEventListener("online", () => {
    quietUntil = 0;
    round();
  });
  return round();
}
