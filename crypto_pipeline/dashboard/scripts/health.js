// Whether everything works, as the worker says: a word in the masthead, a line above the page when something is wrong.

import { askAnyway } from "./requests.js";
import { byId, mark, say } from "./elements.js";
import { health as notice, onReach } from "./notices.js";
import { known } from "./words.js";

const EVERY = 60_000;

async function update() {
  if (document.hidden) return undefined;
  /** @type {import("answers").Health} */
  let found;
  try {
    found = await askAnyway("/api/worker/health");
  } catch {
    return show("unknown"); // Why there are no new numbers, whoever follows them says.
  }
  if (!found.status) return show("unknown");
  show(found.status);
  notice(found);
}

/** @param {string} status */
function show(status) {
  const place = byId("health");
  mark(place, { "data-state": status });
  say(/** @type {Element} */ (place.querySelector(".said")), known(`health.${status}`, status));
}

export function begin() {
  update();
  onReach((reached) => (reached ? update() : show("unknown")));
  setInterval(update, EVERY);
  document.addEventListener("visibilitychange", update);
}
