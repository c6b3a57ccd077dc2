// Whether everything works, as the worker says: a word in the masthead, a line above the page when something is wrong.

import { askAnyway } from "./requests.js";
import { byId, mark, say } from "./elements.js";
import { health as notice, onReach } from "./notices.js";
import { follow } from "./polling.js";
import { known, t } from "./words.js";

const EVERY = 60_000;
/** While Dagster is away, or the server: it comes back within a minute, mostly, and a page must not say otherwise for another one. */
const WHILE_AWAY = 15_000;
/** An answer that is older is not what the head says: the server may be gone, or this computer was asleep. */
const TRUSTED = 90_000;
const TICK = 5_000;
/** Seconds. So long at most the head goes on as before when the server is gone; its other answers are asked for more seldom. */
const TOUCH = 5;
let asked = 0;
let answered = 0;
let isReached = true;
let isAway = false;

async function update() {
  asked = Date.now();
  /** @type {import("answers").Health} */
  let found;
  try {
    found = await askAnyway("/api/worker/health");
  } catch {
    return show("unknown"); // Why there are no new numbers, whoever follows them says.
  }
  if (!found.status || !isReached) return show("unknown"); // It was sent before the server went away.
  answered = Date.now();
  show(found.status);
  notice(found);
}

/** Ask when it is time to, and stop saying what was true too long ago. */
function check() {
  if (Date.now() - answered > TRUSTED && answered) show("unknown", t("health.asking"));
  if (!document.hidden && Date.now() - asked >= (isAway ? WHILE_AWAY : EVERY)) update();
}

/** @param {string} status */
function show(status, said = known(`health.${status}`, status)) {
  if (status === "unknown") answered = 0;
  isAway = status === "unknown" || status === "error";
  const place = byId("health");
  mark(place, { "data-state": status });
  say(/** @type {Element} */ (place.querySelector(".said")), said);
}

/** @param {boolean} reached */
function reach(reached) {
  isReached = reached;
  if (reached) update();
  else show("unknown");
}

export function begin() {
  update();
  onReach(reach);
  follow({ path: () => "/healthz", show: () => {}, every: TOUCH });
  setInterval(check, TICK);
  document.addEventListener("visibilitychange", check);
}
