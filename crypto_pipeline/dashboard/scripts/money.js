// In which money amounts are shown. What is stored, and every CSV, is in dollars: this is a way to read it, at a rate that the page names.

import { age, setAge } from "./ages.js";
import { byId, element, mark, say, show } from "./elements.js";
import { compact, dollars, exact, price } from "./formats.js";
import { limitOf } from "./freshness.js";
import * as place from "./place.js";
import { known, language, t } from "./words.js";

const KEY = "crypto_pipeline_money";
const DOLLARS = "USD";
const names = new Intl.DisplayNames([language], { type: "currency" });
/** The money that the person wants. */
let wanted = DOLLARS;
/** @type {import("answers").Rate | null} The rate of it, as soon as it is known; until then dollars are shown. */
let rate = null;
let isAnswered = false;
/** @type {import("answers").Rate[]} */
let found = [];
let redraw = () => {};

/** The money that amounts are shown in at this moment. */
export const money = () => rate?.currency ?? DOLLARS;
/** What it is called in a heading. */
export const moneyName = () => known(`money.${money()}`, money());

/**
 * Dollars in the money that is shown.
 * @param {number | null | undefined} usd
 */
export const inMoney = (usd) => converted(usd, rate);

/**
 * @param {number | null | undefined} usd
 * @param {{usd_per_unit: number} | null} by
 */
export const converted = (usd, by) => (usd === null || usd === undefined || !by ? usd : usd / by.usd_per_unit);

/** @param {number | null | undefined} usd */
export const priceInMoney = (usd) => price(inMoney(usd));
/** @param {number | null | undefined} usd */
export const compactInMoney = (usd) => compact(inMoney(usd));

/**
 * An amount with its money: $1.81T, 1.5T EUR.
 * @param {number | null | undefined} usd
 */
export const worth = (usd) => (rate && usd !== null && usd !== undefined ? `${compactInMoney(usd)} ${rate.currency}` : dollars(usd));

/**
 * The number as it is stored, in dollars, for whoever wants all of it.
 * @param {number | null | undefined} usd
 */
export const exactDollars = (usd) => (usd === null || usd === undefined ? null : `${exact(usd)}${rate ? " USD" : ""}`);

/**
 * The attributes of a cell that says its heading itself, on a phone.
 * @param {string} word
 */
export const labelled = (word) => ({ "data-label": t(word, { money: moneyName() }), "data-word": word });

/**
 * Whether a rate is good for showing amounts by it.
 * @param {{currency: string, usd_per_unit: number} | undefined} one
 */
const isUsable = (one) => Boolean(one && one.currency !== DOLLARS && Number.isFinite(one.usd_per_unit) && one.usd_per_unit > 0);

/** @param {import("answers").Rates} answer */
export function showRates({ rates }) {
  isAnswered = true;
  const select = byId("money");
  const codes = new Set([DOLLARS, wanted, ...rates.filter(isUsable).map((one) => one.currency)]);
  for (const option of [...select.options]) if (!codes.delete(option.value)) option.remove();
  select.append(...[...codes].sort().map((code) => element("option", { value: code, title: nameOf(code) }, code)));
  select.value = wanted;
  found = rates;
  use();
}
/** @param {string} code */
function nameOf(code) {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

/** Show amounts by the rate of the money that is wanted. */
function use() {
  const before = JSON.stringify(rate);
  const one = found.find((other) => other.currency === wanted);
  rate = isUsable(one) ? (one ?? null) : null;
  showNote();
  if (JSON.stringify(rate) === before) return;
  for (const node of document.querySelectorAll(".money")) say(node, moneyName());
  for (const node of document.querySelectorAll("[data-word]")) mark(node, labelled(node.getAttribute("data-word") ?? ""));
  redraw();
}

/** Which rate it is, of when, and that it is missing or old; how old is unusual the ages of the tables say. */
export function showNote() {
  const note = byId("money-note");
  show(note, wanted !== DOLLARS && isAnswered);
  mark(note, { class: `notice ${rate ? "plain" : "warning"}` });
  if (!rate) {
    note.replaceChildren(t("money.missing", { money: wanted }));
    return;
  }
  const old = age();
  setAge(old, rate.timestamp, limitOf("exchange_rates"));
  note.replaceChildren(t("money.note", { money: rate.currency, rate: price(rate.usd_per_unit), source: rate.source }), " ", old);
}

/**
 * `drawAgain()` is called when amounts are to be shown in other money.
 * @param {() => void} drawAgain
 */
export function begin(drawAgain) {
  redraw = drawAgain;
  wanted = place.said("money").toUpperCase() || localStorage.getItem(KEY) || DOLLARS;
  const select = byId("money");
  if (wanted !== DOLLARS) select.append(element("option", { value: wanted }, wanted));
  select.value = wanted;
  if (place.said("money")) keep();
  select.addEventListener("change", () => {
    wanted = select.value;
    keep();
    use();
  });
}

function keep() {
  place.say({ money: wanted === DOLLARS ? "" : wanted });
  if (wanted === DOLLARS) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, wanted);
}

/** Whether the rates are needed before anything else is shown. */
export const isAway = () => wanted !== DOLLARS;
