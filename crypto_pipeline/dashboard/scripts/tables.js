// What is kept: each table with its rows and when it last grew.

import { age, setAge } from "./ages.js";
import { byId, element, keyed, say } from "./elements.js";
import { number, whole } from "./formats.js";
import { t } from "./words.js";

/** @param {import("answers").Tables} answer */
export function showTables({ tables }) {
  keyed(byId("tables-list"), tables, (one) => one.table, makeItem);
}

/**
 * @param {import("answers").TableAge} first
 * @returns {import("page").Part<import("answers").TableAge>}
 */
function makeItem(first) {
  const rows = element("span", { class: "rows" });
  const old = age();
  const node = element("li", {}, number(first.table, { class: "name" }), rows, old);
  return {
    node,
    update(one) {
      say(rows, t("tables.rows", { n: whole(one.rows), count: one.rows }));
      setAge(old, one.newest, one.rows ? one.age_limit_seconds : null);
    },
  };
}
