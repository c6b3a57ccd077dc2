// The lines above everything: what a person must know before they trust a number.

import { byId, element, keyed, mark, say } from "./elements.js";
import { whole } from "./formats.js";
import { known, language, t } from "./words.js";

const ORDER = ["unreachable", "empty", "held", "health", "alerts"];
/** @type {Record<string, string>} */
const ICONS = { error: "✕", warning: "⚠\uFE0E", plain: "ℹ\uFE0E" };
/** @type {Map<string, import("page").Notice>} */
const notices = new Map();

/**
 * @param {string} key
 * @param {import("page").Notice | null} notice
 */
function put(key, notice) {
  const before = notices.get(key);
  if (JSON.stringify(before ?? null) === JSON.stringify(notice)) return;
  if (notice) notices.set(key, notice);
  else notices.delete(key);
  const items = ORDER.flatMap((one) => {
    const notice = notices.get(one);
    return notice ? [{ key: one, ...notice }] : [];
  });
  keyed(byId("notices"), items, (item) => item.key, makeNotice);
}

/** @returns {import("page").Part<import("page").Notice & {key: string}>} */
function makeNotice() {
  const icon = element("span", { class: "icon", "aria-hidden": "true" });
  const text = element("p", { dir: "auto" });
  const summary = element("summary");
  const list = element("ul");
  const details = element("details", {}, summary, list);
  const node = element("div", {}, icon, text, details);
  return {
    node,
    update({ key, kind, text: sentence, code, lines = [], lang }) {
      mark(node, { class: `notice ${kind}`, "data-notice": key });
      say(icon, ICONS[kind]);
      mark(text, { lang });
      if (code) text.replaceChildren(sentence, " ", element("code", {}, element("bdi", { dir: "ltr" }, code)));
      else say(text, sentence);
      text.hidden = lines.length > 0;
      details.hidden = lines.length === 0;
      say(summary, sentence);
      keyed(
        list,
        lines,
        (line) => line,
        (line) => ({
          node: element("li", { dir: "auto", lang: "en" }, line),
          update() {},
        }),
      );
    },
  };
}

/** @type {(reached: boolean) => void} */
let reach = () => {};

/**
 * The listener is called when the server goes away, and when it is there again.
 * @param {(reached: boolean) => void} listener
 */
export function onReach(listener) {
  reach = listener;
}

export function reachable() {
  if (!notices.has("unreachable")) return;
  put("unreachable", null);
  reach(true);
}

export function unreachable() {
  put("unreachable", { kind: "error", text: t("notice.unreachable") });
  reach(false);
}

/** @param {boolean} is */
export const empty = (is) => put("empty", is ? { kind: "plain", text: t("notice.empty"), code: "crypto-pipeline collect" } : null);

/**
 * Another program holds the database. `detail` is what the server says when it has no answer of before.
 * @param {number | null | undefined} staleSeconds
 * @param {string | null} detail
 */
export function held(staleSeconds, detail = null) {
  if (detail) put("held", { kind: "warning", text: detail, lang: "en" });
  else if (staleSeconds === null || staleSeconds === undefined) put("held", null);
  else put("held", { kind: "warning", text: t("notice.held", { seconds: whole(staleSeconds) }) });
}

/** @param {import("answers").Health} found */
export function health(found) {
  put("health", found.healthy ? null : { kind: "warning", text: (language === "fa" && found.message_fa) || found.message_en });
}

/** @param {import("answers").Alert[]} open */
export function alerts(open) {
  const worst = open.some((alert) => alert.severity === "error") ? "error" : "warning";
  const lines = open.map((alert) => {
    const whose = [known(`severity.${alert.severity}`, alert.severity ?? ""), alert.region].filter(Boolean);
    return `${whose.join(" · ")}: ${alert.message}`;
  });
  put("alerts", open.length ? { kind: worst, text: t("notice.alerts", { n: whole(open.length), count: open.length }), lines } : null);
}
