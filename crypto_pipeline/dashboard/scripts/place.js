// Where the page is: what the person has chosen, in its address, so that it can be kept, sent and gone back to.

import { byId, element, mark } from "./elements.js";
import { language } from "./words.js";

/** What a filter is called in the address, by the id of its field. */
const FIELDS = /** @type {const} */ ({
  "prices-search": "find",
  "news-language": "news",
  "news-sentiment": "sentiment",
  "transfers-least": "least",
  "sources-show": "show",
  "sources-table": "table",
  "sources-job": "job",
  "sources-search": "source",
  "funding-source": "paidby",
});

/** What the address says of this. @param {string} name */
export const said = (name) => new URLSearchParams(location.search).get(name) ?? "";

/**
 * The query of an address after a change; an empty value takes a name away. The language stays last.
 * @param {string} query
 * @param {Record<string, string>} change
 * @param {string} tongue
 */
export function changed(query, change, tongue) {
  const all = new URLSearchParams(query);
  all.delete("lang");
  for (const [name, value] of Object.entries(change)) {
    if (value) all.set(name, value);
    else all.delete(name);
  }
  all.set("lang", tongue);
  return `?${all}`;
}

/**
 * Put a choice into the address. One that a person would want to take back is a step of the browser's history.
 * @param {Record<string, string>} change
 */
export function say(change, isStep = false) {
  const query = changed(location.search, change, language);
  if (query === location.search) return;
  if (isStep) history.pushState(null, "", query + location.hash);
  else history.replaceState(null, "", query + location.hash);
  turnLinks();
}

/** The links to the other language lead to the same place. */
function turnLinks() {
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll(".languages a");
  for (const link of links) mark(link, { href: changed(location.search, {}, link.lang) });
}

/** Fill the filters as the address says, and keep it up to them from now on. */
export function begin() {
  for (const [id, name] of Object.entries(FIELDS)) {
    const field = byId(/** @type {keyof typeof FIELDS} */ (id));
    if (!field) continue; // of another page
    const value = said(name);
    if (value) {
      const isUnknown = field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === value);
      if (isUnknown) field.append(element("option", { value }, value));
      field.value = value;
      field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? "change" : "input"));
    }
    field.addEventListener(field instanceof HTMLSelectElement ? "change" : "input", () => say({ [name]: field.value }));
  }
  turnLinks();
}
