// What a page is about: one coin, or the market. And where the page of a coin is.

import { element, mark, say } from "./elements.js";
import { address } from "./requests.js";
import { t } from "./words.js";

/** The coin of a page that is about one; null on the others. */
export const coinOfPage = document.documentElement.dataset?.coin ?? null;

/** @param {string} symbol */
export const coinPage = (symbol) => address(`/coin/${encodeURIComponent(symbol)}`);

/** A link to the page of a coin; `setCoinLink` says which. */
export const coinLink = () => element("a", { class: "to-coin" });

/**
 * @param {HTMLElement} link
 * @param {string | null} symbol null where no coin is named
 * @param {string} [text] what stands there instead of its code
 */
export function setCoinLink(link, symbol, text) {
  mark(link, { href: symbol && coinPage(symbol), title: symbol && t("coin.page", { symbol }) });
  return say(link, text ?? symbol ?? "");
}
