// The words of the page in the language that it was served in.

export const language = document.documentElement.lang;
export const isRightToLeft = document.documentElement.dir === "rtl";

/** @type {Record<string, string>} */
const words = await (await fetch(new URL(`../words/${language}.json`, import.meta.url))).json();
const plural = new Intl.PluralRules(language);

/**
 * The words of a key, with {name} replaced; a number {n} chooses `key.one` where the language has one.
 * @param {string} key
 * @param {Record<string, string | number | null | undefined>} values `count` is the number of {n}, where that is a text
 */
export function t(key, values = {}) {
  const one = "n" in values && plural.select(Number(values.count ?? values.n)) === "one" ? words[`${key}.one`] : undefined;
  const text = one ?? words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (blank, name) => (name in values ? String(values[name]) : blank));
}

/**
 * The words of a key, or something else where there are none.
 * @param {string} key
 * @param {string} otherwise
 */
export const known = (key, otherwise) => words[key] ?? otherwise;
