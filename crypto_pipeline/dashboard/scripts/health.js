// Whether everything works, as the worker says: a word in the masthead, a line above the page when something is wrong.

import { askAnyway } from "./requests.js";
import { byId, mark, say } from "./elements.js";
import { health as notice } from "./notices.js";
import { known } from "./words.js";

const EVERY = 60_000;

async function update() {
  if (document.hidden) return;
  /** @type {import("answers").Health} */
  let found;
  try {
    found = await askAnyway("/api/worker/health");
  } catch {
    return; // The server is away, which whoever follows the numbers says.
  }
  if (!found.status) return;
  const place = byId("health");
  mark(place, { "data-state": found.status });
  say(/** @type {Element} */ (place.querySelector(".said")), known(`health.${found.status}`, found.status));
  notice(found);
}

export function begin() {
  update();
  setInterval(update, EVERY);
  document.addEventListener("visibilitychange", update);
}
