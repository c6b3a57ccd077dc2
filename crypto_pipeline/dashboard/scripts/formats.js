// Numbers, money and times as text. Nothing here rounds a small price away.

import { element } from "./elements.js";
import { language } from "./words.js";

const locale = language === "fa" ? "fa-IR" : "en-US";
export const MISSING = "–";

const numbers = new Map();

function format(value, options) {
  const key = JSON.stringify(options);
  if (!numbers.has(key)) numbers.set(key, new Intl.NumberFormat(locale, options));
  return numbers.get(key).format(value);
}

const isMissing = (value) => value === null || value === undefined || Number.isNaN(value);

/** A price: cents from 100 on, four decimals from 1 on, and five digits that count below: 0.000012346. */
export function price(value) {
  if (isMissing(value)) return MISSING;
  const size = Math.abs(Number(value.toPrecision(5)));
  if (size >= 100) return format(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  if (size >= 1) return format(value, { minimumFractionDigits: 2, maximumFractionDigits: 4 });
  return format(value, { maximumSignificantDigits: 5 });
}

/** Money or amounts in few letters: 1.81T. */
export function compact(value) {
  if (isMissing(value)) return MISSING;
  if (Math.abs(value) < 1000) return price(value);
  return format(value, { notation: "compact", maximumSignificantDigits: 4 });
}

/** Dollars in few letters: $1.81T. */
export const dollars = (value) => (isMissing(value) ? MISSING : language === "fa" ? `${compact(value)} $` : `$${compact(value)}`);

/** Whole numbers with their separators. */
export const whole = (value) => (isMissing(value) ? MISSING : format(value, { maximumFractionDigits: 0 }));

/** Few digits of any size of number: fees of 0.00038 and of 142. */
export const short = (value) => (isMissing(value) ? MISSING : format(value, { maximumSignificantDigits: 4 }));

/** Percent as it is stored, with its sign. */
export function percent(value, digits = 2) {
  if (isMissing(value)) return MISSING;
  return format(value / 100, { style: "percent", signDisplay: "exceptZero", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Percent that has no direction: a spread, a share. */
export function share(value, digits = 2) {
  if (isMissing(value)) return MISSING;
  return format(value / 100, { style: "percent", maximumFractionDigits: digits });
}

/** The number as it is stored, for whoever wants all of it. */
export const exact = (value) => (isMissing(value) ? null : String(value));

/** A number that keeps its order of signs and digits in a line of the other direction. */
export const number = (text, attributes = {}) => element("bdi", { dir: "ltr", ...attributes }, text);

/** A number that may have words in it, which give it their direction: 1.81T, ۱٫۸۱ تریلیون. */
export const amount = (text) => number(text, { dir: "auto" });

const zone = { timeZone: "UTC" };
const clockFormat = new Intl.DateTimeFormat(locale, { ...zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayFormat = new Intl.DateTimeFormat(locale, { ...zone, day: "numeric", month: "short" });
const dateFormat = new Intl.DateTimeFormat(locale, { ...zone, day: "numeric", month: "short", year: "numeric" });
const yearFormat = new Intl.DateTimeFormat(locale, { ...zone, year: "numeric" });
const monthFormat = new Intl.DateTimeFormat(locale, { ...zone, month: "short" });
const dayNumberFormat = new Intl.DateTimeFormat(locale, { ...zone, day: "numeric" });

export const clock = (time) => clockFormat.format(new Date(time));
export const day = (time) => dayFormat.format(new Date(time));
export const date = (time) => dateFormat.format(new Date(time));
export const dayAndClock = (time) => `${day(time)} ${clock(time)}`;
export const dayNumber = (time) => dayNumberFormat.format(new Date(time));
export const month = (time) => monthFormat.format(new Date(time));
export const year = (time) => yearFormat.format(new Date(time));

/** The exact moment, the same in every language: 2026-11-24 10:00:00 UTC. */
export const utc = (time) => `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
