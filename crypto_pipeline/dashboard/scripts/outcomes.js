// How asking a source can end, as cells show it: a colour and a shape for its kind, a letter for itself.

import { element, mark, say } from "./elements.js";
import { known, t } from "./words.js";

/** @type {Record<string, string>} */
const LETTERS = {
  ok: "✓",
  not_modified: "=",
  empty: "∅",
  stale: "S",
  error_in_body: "E",
  unparseable: "?",
  timeout: "T",
  unreachable: "U",
  rate_limited: "R",
  blocked: "B",
  client_error: "4",
  server_error: "5",
  too_large: "L",
  bad_redirect: "»",
  out_of_time: "D",
  clock_wrong: "C",
  not_due: "·",
  backing_off: "z",
  breaker_open: "×",
  standby: "2",
  no_budget: "$",
};
/** @type {Record<string, import("answers").Meaning>} */
let outcomes = {};

/** @param {Record<string, import("answers").Meaning>} meanings */
export function learnOutcomes(meanings) {
  outcomes = meanings;
}

/**
 * success, wait or failure.
 * @param {string | null} outcome
 * @returns {string}
 */
export const kindOf = (outcome) => outcomes[outcome ?? ""]?.kind ?? "failure";
/** @param {string | null} outcome */
export const letterOf = (outcome) => (outcome ? (LETTERS[outcome] ?? "!") : "");
/** @param {string} outcome */
export const nameOf = (outcome) => known(`outcome.${outcome}`, outcome.replaceAll("_", " "));
/** @param {string} outcome */
export const meaningOf = (outcome) => known(`meaning.${outcome}`, outcomes[outcome]?.meaning ?? "");

/**
 * An element that shows an outcome beside its name.
 * @param {string} outcome
 */
export function badge(outcome) {
  return element("span", { class: `cell ${kindOf(outcome)}`, "aria-hidden": "true" }, letterOf(outcome));
}

/**
 * Fill a cell of the matrix.
 * @param {HTMLElement} cell
 * @param {string | null} outcome
 */
export function setCell(cell, outcome) {
  mark(cell, { class: outcome ? `cell ${kindOf(outcome)}` : "cell none", "aria-label": outcome ? nameOf(outcome) : t("sources.notpart") });
  say(cell, letterOf(outcome));
}

/** The list that explains the letters, worst kind last. */
export function legend() {
  const order = ["success", "wait", "failure"];
  const names = Object.keys(outcomes).sort((one, other) => order.indexOf(kindOf(one)) - order.indexOf(kindOf(other)));
  return names.map((name) =>
    element("li", {}, badge(name), element("span", {}, element("b", {}, nameOf(name)), " ", element("span", { class: "soft" }, meaningOf(name)))),
  );
}
