// Every table as a file: the rows that are behind it, from the same address, as CSV.

import { byId, element, mark } from "./elements.js";
import { address } from "./requests.js";
import { token } from "./token.js";
import { t } from "./words.js";

/**
 * The address of a part of the page as CSV, with times as spreadsheets know them.
 * @param {string} path
 * @param {string} [part] which list of the answer, where it is not the main one
 */
export function csvPath(path, part) {
  const query = new URLSearchParams({ ...(part && { part }), format: "csv", times: "plain" });
  return `${path}${path.includes("?") ? "&" : "?"}${query}`;
}

/**
 * Offer the rows of a section as a file, in its header.
 * @param {string} id of the section, or of a header in one
 * @param {() => string | null} path gives the address of now, or null while there is none
 * @param {string} [part]
 * @param {string} [text]
 */
export function offer(id, path, part, text) {
  const place = byId(id);
  (place.matches("header") ? place : place.querySelector("header"))?.append(csvLink(path, part, text));
}

/**
 * A link to rows as a file.
 * @param {() => string | null} path
 * @param {string} [part]
 * @param {string} [text]
 */
export function csvLink(path, part, text = "CSV") {
  const link = element("a", { class: "csv", download: true, title: t("page.csv") }, text);
  link.addEventListener("pointerdown", aim);
  link.addEventListener("focus", aim);
  link.addEventListener("click", (event) => {
    aim();
    const given = token();
    if (!link.href || !given) return;
    event.preventDefault(); // a link cannot send a token
    save(link.href, given);
  });
  function aim() {
    const now = path();
    mark(link, { href: now && address(csvPath(now, part)) });
  }
  aim();
  return link;
}

/**
 * @param {string} source
 * @param {string} given
 */
async function save(source, given) {
  const response = await fetch(source, { headers: { Authorization: `Bearer ${given}` } });
  if (!response.ok) return;
  const url = URL.createObjectURL(await response.blob());
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "rows.csv";
  element("a", { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
