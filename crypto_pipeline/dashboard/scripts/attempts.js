// What is behind one cell of the matrix: every request of one source in one run, and what went wrong.

import { csvLink } from "./csv.js";
import { ask } from "./requests.js";
import { byId, element, say } from "./elements.js";
import { amount, bytes, dayAndClock, number, utc, whole } from "./formats.js";
import { latest } from "./latest.js";
import { badge, nameOf, meaningOf } from "./outcomes.js";
import { t } from "./words.js";

const dialog = byId("attempts");
/** @type {HTMLElement | null} */
let opener = null;
/** What the dialog is about. */
const question = latest();

byId("attempts-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  if (!dialog.open) question.anew(); // what is under way need not come, unless another run was opened before this was heard
  opener?.focus();
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});

/**
 * @param {string} endpoint
 * @param {import("answers").Run} run
 * @param {HTMLElement} cell which gets the focus back
 */
export async function openAttempts(endpoint, run, cell) {
  opener = cell;
  byId("attempts-title").replaceChildren(number(endpoint), ` · ${dayAndClock(run.started_at)} UTC`);
  const body = byId("attempts-body");
  body.replaceChildren(element("p", { class: "empty" }, t("page.loading")));
  dialog.showModal();
  const signal = question.anew();
  /** @type {Element[]} */
  let found;
  try {
    const { data } = await ask(attemptsPath(endpoint, run), signal);
    found = parts(data, endpoint, run).filter((one) => one !== null);
  } catch (error) {
    found = [element("p", { class: "trouble" }, error instanceof Error ? error.message : String(error))];
  }
  if (!signal.aborted) body.replaceChildren(...found);
}

/**
 * @param {string} endpoint
 * @param {import("answers").Run} run
 */
const attemptsPath = (endpoint, run) => `/api/data/attempts?${new URLSearchParams({ run_id: run.run_id, endpoint })}`;

/**
 * @param {import("answers").Attempts} answer
 * @param {string} endpoint
 * @param {import("answers").Run} run
 */
function parts({ collection, attempts, failures, rejected, quarantined, run_url: page }, endpoint, run) {
  /** @param {string} part */
  const file = (part) => csvLink(() => attemptsPath(endpoint, run), part);
  return [
    collection ? verdict(collection) : null,
    collection ? facts(collection, run) : null,
    section(
      "attempts.requests",
      file("attempts"),
      attempts,
      ["attempts.started", "attempts.try", "attempts.url", "attempts.status", "attempts.milliseconds", "attempts.bytes", "attempts.outcome"],
      (one) => [
        tight(dayAndClock(one.started_at), utc(one.started_at)),
        cell(whole(one.attempt)),
        element("td", { class: "url" }, element("bdi", { dir: "ltr" }, [one.method, one.url].filter(Boolean).join(" ")), one.ask ? ` (${one.ask})` : null),
        cell(status(one)),
        cell(whole(one.milliseconds)),
        cell(bytes(one.bytes)),
        element("td", {}, nameOf(one.outcome ?? ""), one.error ? element("div", { lang: "en", dir: "auto" }, one.error) : null),
      ],
    ),
    section("attempts.failures", file("failures"), failures, ["attempts.time", "attempts.outcome", "attempts.status", "attempts.error"], (one) => [
      tight(dayAndClock(one.failed_at), utc(one.failed_at)),
      element("td", {}, nameOf(one.outcome ?? "")),
      cell(status(one)),
      element("td", { lang: "en", dir: "auto" }, one.error ?? ""),
    ]),
    section("attempts.rejected", file("rejected"), rejected, ["sources.table", "attempts.reason", "attempts.row"], (one) => [
      element("td", {}, number(one.table_name ?? "")),
      element("td", { lang: "en", dir: "auto" }, one.reason ?? ""),
      element("td", {}, element("pre", { class: "row" }, one.row ?? "")),
    ]),
    section("attempts.quarantined", file("quarantined"), quarantined, ["attempts.reason", "attempts.type", "attempts.bytes"], (one) => [
      element("td", { lang: "en", dir: "auto" }, one.reason ?? ""),
      element("td", {}, number(one.content_type ?? "")),
      cell(bytes(one.bytes)),
    ]),
    element("h3", {}, t("attempts.further")),
    page ? element("p", {}, element("a", { href: page, target: "_blank", rel: "noopener" }, t("attempts.run"))) : null,
    element("p", { class: "small" }, t("attempts.query")),
    command(endpoint, run.run_id),
  ];
}

/** @param {{status_code: number | null}} one */
const status = (one) => (one.status_code === null ? "–" : String(one.status_code));

/** @param {import("answers").Collection} collection */
function verdict(collection) {
  const error = collection.error ? element("p", { class: "error", lang: "en", dir: "auto" }, collection.error) : null;
  return element(
    "div",
    { class: "verdict" },
    badge(collection.outcome ?? ""),
    element("b", {}, nameOf(collection.outcome ?? "")),
    element("span", { class: "small" }, meaningOf(collection.outcome ?? "")),
    error,
  );
}

/**
 * @param {import("answers").Collection} collection
 * @param {import("answers").Run} run
 */
function facts(collection, run) {
  /**
   * @param {string} name
   * @param {HTMLElement} value
   */
  const pair = (name, value) => element("div", {}, element("dt", {}, t(name)), element("dd", {}, value));
  return element(
    "dl",
    { class: "facts-list" },
    pair("sources.job", number(run.job ?? "–")),
    pair("attempts.requests", number(whole(collection.requests))),
    pair("attempts.status", number(status(collection))),
    pair("attempts.milliseconds", number(whole(collection.milliseconds))),
    pair("attempts.bytes", amount(bytes(collection.bytes))),
    pair("attempts.rows", number(whole(collection.rows))),
    pair("attempts.rejected", number(whole(collection.rejected))),
  );
}

/**
 * A table with a heading; null where there is nothing to show.
 * @template Row
 * @param {string} title
 * @param {HTMLElement} file the same rows as a file
 * @param {Row[]} list
 * @param {string[]} headings
 * @param {(row: Row) => HTMLElement[]} cells
 */
function section(title, file, list, headings, cells) {
  if (!list?.length) return null;
  const table = element("table", {}, element("caption", { class: "hidden" }, t(title)));
  table.append(
    element("thead", {}, element("tr", {}, ...headings.map((one) => element("th", { scope: "col" }, t(one))))),
    element("tbody", {}, ...list.map((one) => element("tr", {}, ...cells(one)))),
  );
  return element("div", {}, element("h3", {}, t(title), " ", file), table);
}

/** @param {string} text */
const cell = (text) => element("td", { class: "number" }, amount(text));
/**
 * @param {string} text
 * @param {string} title
 */
const tight = (text, title) => element("td", { class: "tight", title }, text);

/**
 * The question in SQL, ready for a terminal.
 * @param {string} endpoint
 * @param {string} run
 */
function command(endpoint, run) {
  /** @param {string} text */
  const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
  const text = `crypto-pipeline query "SELECT started_at, url, status_code, milliseconds, outcome, error FROM connection_attempts WHERE run_id = ${quoted(run)} AND endpoint = ${quoted(endpoint)} ORDER BY started_at"`;
  const code = element("code", { dir: "ltr", tabindex: 0 }, text);
  const button = element("button", { type: "button" }, t("attempts.copy"));
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      say(button, t("attempts.copied"));
    } catch {
      getSelection()?.selectAllChildren(code);
    }
  });
  return element("div", { class: "copy" }, code, button);
}
