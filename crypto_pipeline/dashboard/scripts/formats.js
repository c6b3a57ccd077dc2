// Numbers, money and times as text. Nothing here rounds a small price away.

import { element } from "./elements.js";
import { language } from "./words.js";

const locale = language === "fa" ? "fa-IR" : "en-US";
export const MISSING = "–";

/** @type {Map<string, Intl.NumberFormat>} */
const numbers = new Map();

/**
 * @param {number} value
 * @param {Intl.NumberFormatOptions} options
 */
function format(value, options) {
  const key = JSON.stringify(options);
  const known = numbers.get(key) ?? new Intl.NumberFormat(locale, options);
  numbers.set(key, known);
  return known.format(value);
}

/**
 * @param {number | null | undefined} value
 * @returns {value is null | undefined}
 */
const isMissing = (value) => value === null || value === undefined || Number.isNaN(value);

/**
 * A price: cents from 100 on, four decimals from 1 on, and five digits that count below: 0.000012346.
 * @param {number | null | undefined} value
 */
export function price(value) {
  if (isMissing(value)) return MISSING;
  const size = Math.abs(Number(value.toPrecision(5)));
  if (size >= 100) return format(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  if (size >= 1) return format(value, { minimumFractionDigits: 2, maximumFractionDigits: 4 });
  return format(value, { maximumSignificantDigits: 5 });
}

/**
 * Money or amounts in few letters: 1.81T.
 * @param {number | null | undefined} value
 */
export function compact(value) {
  if (isMissing(value)) return MISSING;
  if (Math.abs(value) < 1000) return price(value);
  return format(value, { notation: "compact", maximumSignificantDigits: 4 });
}

/**
 * The same for figures that no word is in use for: 1.082E21 hashes.
 * @param {number | null | undefined} value
 */
export const figure = (value) =>
  isMissing(value) || Math.abs(value) < 1e15 ? compact(value) : format(value, { notation: "scientific", maximumSignificantDigits: 4 });

/**
 * Dollars in few letters: $1.81T.
 * @param {number | null | undefined} value
 */
export const dollars = (value) => (isMissing(value) ? MISSING : language === "fa" ? `${compact(value)} $` : `$${compact(value)}`);

/**
 * Bytes, of which there is no part.
 * @param {number | null | undefined} value
 */
export const bytes = (value) => (isMissing(value) || Math.abs(value) >= 1000 ? compact(value) : whole(value));

/**
 * Whole numbers with their separators.
 * @param {number | null | undefined} value
 */
export const whole = (value) => (isMissing(value) ? MISSING : format(value, { maximumFractionDigits: 0 }));

/**
 * Few digits of any size of number: fees of 0.00038 and of 142.
 * @param {number | null | undefined} value
 */
export const short = (value) => (isMissing(value) ? MISSING : format(value, { maximumSignificantDigits: 4 }));

/**
 * A share of 100 that a chart begins with.
 * @param {number | null | undefined} value
 */
export const index = (value) => (isMissing(value) ? MISSING : format(value, { minimumFractionDigits: 1, maximumFractionDigits: 1 }));

/**
 * Percent as it is stored, with its sign.
 * @param {number | null | undefined} value
 */
export function percent(value, digits = 2) {
  if (isMissing(value)) return MISSING;
  return format(value / 100, { style: "percent", signDisplay: "exceptZero", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * Percent of what is stored as a fraction, as funding is.
 * @param {number | null | undefined} fraction
 */
export const inPercent = (fraction) => (isMissing(fraction) ? null : fraction * 100);

/**
 * Percent that has no direction: a spread, a share.
 * @param {number | null | undefined} value
 */
export function share(value, digits = 2) {
  if (isMissing(value)) return MISSING;
  return format(value / 100, { style: "percent", maximumFractionDigits: digits });
}

/**
 * The number as it is stored, for whoever wants all of it.
 * @param {number | null | undefined} value
 */
export const exact = (value) => (isMissing(value) ? null : String(value));

/**
 * A number that keeps its order of signs and digits in a line of the other direction.
 * @param {string} text
 * @param {import("page").Attributes} attributes
 */
export const number = (text, attributes = {}) => element("bdi", { dir: "ltr", ...attributes }, text);

/**
 * A number that may have words in it, which give it their direction: 1.81T, ۱٫۸۱ تریلیون.
 * @param {string} text
 */
export const amount = (text) => number(text, { dir: "auto" });

/** @typedef {string | number | null | undefined} Moment ISO 8601, or milliseconds since 1970 */

/**
 * A way to write moments, in UTC.
 * @param {Intl.DateTimeFormatOptions} options
 */
function written(options) {
  const form = new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
  return (/** @type {Moment} */ time) => (time === null || time === undefined ? MISSING : form.format(new Date(time)));
}

export const clock = written({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const day = written({ day: "numeric", month: "short" });
export const date = written({ day: "numeric", month: "short", year: "numeric" });
export const dayNumber = written({ day: "numeric" });
export const month = written({ month: "short" });
export const year = written({ year: "numeric" });

/** @param {Moment} time */
export const dayAndClock = (time) => (time === null || time === undefined ? MISSING : `${day(time)} ${clock(time)}`);

/**
 * The exact moment, the same in every language: 2026-11-24 10:00:00 UTC.
 * @param {Moment} time
 */
export const utc = (time) => (time === null || time === undefined ? MISSING : `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`);

/**
 * A mark of the time axis of a chart: lightweight-charts names their kinds by number: year, month, day, time, time with seconds.
 * @param {number} time seconds
 * @param {number} kind
 */
export const tickMark = (time, kind) => [year, month, dayNumber, clock, clock][kind](time * 1000);
