// The page at /sql: a question in SQL, its answer as a table, a chart and files. Whatever comes back is text, never markup.

import { drawing } from "./drawing.js";
import { byId, element, mark, say, show } from "./elements.js";
import { whole } from "./formats.js";
import { latest } from "./latest.js";
import { address, ask, HttpError } from "./requests.js";
import { token } from "./token.js";
import { t } from "./words.js";

const SHOWN = 500;
/** @type {import("answers").ReadyQuestion[]} */
let ready = [];
const question = latest();

/** @param {string} [format] */
function path(format) {
  const query = new URLSearchParams({ query: byId("query").value, ...(format ? { format, times: "plain", limit: "100000" } : { limit: String(SHOWN) }) });
  return `/api/sql?${query}`;
}

/** The ready question that stands in the box, as it was given. */
const chosen = () => ready.find((one) => one.name === byId("ready").value && one.sql === byId("query").value);

async function run() {
  const signal = question.anew();
  location.hash = encodeURIComponent(byId("query").value);
  byId("run").disabled = true;
  say(byId("said"), t("sql.asking"));
  show(byId("trouble"), false);
  try {
    const { data } = await ask(path(), signal);
    if (!signal.aborted) showAnswer(data);
  } catch (error) {
    if (signal.aborted) return;
    say(byId("said"), "");
    say(byId("trouble"), error instanceof HttpError ? error.message : t("sql.away"));
    show(byId("trouble"), true);
  } finally {
    if (!signal.aborted) byId("run").disabled = false;
  }
}

/** @param {import("answers").Rows} answer */
function showAnswer({ columns, rows, truncated }) {
  say(byId("said"), t(truncated ? "sql.first" : "sql.rows", { n: whole(rows.length), count: rows.length }));
  show(byId("files"), true);
  byId("columns").replaceChildren(...columns.map(({ name, type }) => element("th", { scope: "col", title: type, class: isNumber(type) && "number" }, name)));
  byId("rows").replaceChildren(
    ...rows.map((row) =>
      element("tr", {}, ...columns.map(({ name, type }) => element("td", { dir: "auto", class: isNumber(type) && "number" }, cell(row[name])))),
    ),
  );
  const drawn = drawing(columns, rows, chosen()?.chart ?? null);
  byId("drawn").replaceChildren(...(drawn ? [drawn] : []));
  show(byId("drawn"), drawn !== null);
}

/** @param {string} type */
const isNumber = (type) => /INT|DOUBLE|FLOAT|DECIMAL/.test(type) && !type.includes("[");

/** @param {unknown} value */
const cell = (value) => (value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));

/** @param {Event} event */
async function download(event) {
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  mark(link, { href: address(path(link.dataset.format)) });
  const given = token();
  if (!given) return;
  event.preventDefault(); // a link cannot send a token
  const response = await fetch(link.href, { headers: { Authorization: `Bearer ${given}` } });
  if (!response.ok) return;
  const url = URL.createObjectURL(await response.blob());
  element("a", { href: url, download: `answer.${link.dataset.format}` }).click();
  URL.revokeObjectURL(url);
}

async function offerReady() {
  try {
    ready = (await ask("/api/sql/questions")).data.questions;
    byId("ready").append(...ready.map((one) => element("option", { value: one.name }, one.title)));
  } catch (error) {
    say(byId("trouble"), error instanceof HttpError ? error.message : t("sql.away"));
    show(byId("trouble"), true);
  }
}

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
byId("query").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("ask").requestSubmit();
});
byId("ready").addEventListener("change", () => {
  const one = ready.find(({ name }) => name === byId("ready").value);
  say(byId("about"), one ? `${one.title}. ${one.about}` : "");
  if (!one) return;
  byId("query").value = one.sql;
  run();
});
/** @type {NodeListOf<HTMLAnchorElement>} */
const links = document.querySelectorAll("#files a");
for (const link of links) {
  mark(link, { href: "#answer" });
  link.addEventListener("click", download);
}
const kept = decodeURIComponent(location.hash.slice(1));
if (kept && !document.getElementById(kept)) byId("query").value = kept;
offerReady();
