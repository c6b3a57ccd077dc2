// The health matrix: every source over the last runs, each cell leading to the attempt behind it.
//
// 550 sources over 30 runs are 16,500 cells. A row is made with its name only; its cells are made when it comes near
// the part of the box that is seen, or when the keyboard gets there.

import { openAttempts } from "./attempts.js";
import { age, setAge, setSectionAge } from "./ages.js";
import { byId, element, first, keyed, mark, say, show } from "./elements.js";
import { clock, dayAndClock, number, whole } from "./formats.js";
import { walkable } from "./grid.js";
import { kindOf, learnOutcomes, legend, nameOf, setCell } from "./outcomes.js";
import { coinOfPage } from "./subject.js";
import { isRightToLeft, t } from "./words.js";

const RUNS = 30;
const grid = byId("matrix");
const head = element("div", { class: "line head", role: "row" });
const body = element("div", { class: "body", role: "rowgroup" });
/** @type {WeakMap<Element, {build: () => HTMLElement[]}>} */
const lines = new WeakMap();
/** @type {import("answers").Sources} */
let answer;
/** @type {ReturnType<typeof walkable>} */
let walk;

const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) if (entry.isIntersecting) lines.get(entry.target)?.build();
  },
  { root: byId("matrix-box"), rootMargin: "300px" },
);

export function sourcesPath() {
  const job = byId("sources-job").value;
  return `/api/data/sources?${new URLSearchParams({ runs: String(RUNS), ...(coinOfPage && { symbol: coinOfPage }), ...(job && { job }) })}`;
}

/** @param {() => void} asksAgain */
export function begin(asksAgain) {
  grid.append(element("div", { role: "rowgroup" }, head), body);
  byId("sources-job").addEventListener("change", asksAgain);
  for (const id of ["sources-show", "sources-table"]) byId(id).addEventListener("change", arrange);
  byId("sources-search").addEventListener("input", arrange);
  walk = walkable(grid, () => /** @type {HTMLElement[]} */ ([...body.children]), cellsOf, open);
}

/**
 * The cells of a row, made now if they were not yet.
 * @param {Element | null} row
 */
const cellsOf = (row) => (row && lines.get(row)?.build()) ?? [];

/** @param {import("answers").Sources} sources */
export function showSources(sources) {
  const began = performance.now();
  answer = sources;
  learnOutcomes(sources.outcomes);
  byId("outcomes").replaceChildren(...legend());
  const tables = [...new Set(sources.sources.flatMap(tablesOf))].sort();
  keyed(
    byId("sources-table"),
    ["", ...tables],
    (name) => name,
    (name) => ({
      node: element("option", { value: name }, name || t("sources.any")),
      update() {},
    }),
  );
  const isFirst = !head.hasChildNodes();
  drawHead();
  arrange();
  if (isFirst) showNewest();
  setSectionAge(byId("sources-age"), sources.runs.at(-1)?.started_at ?? null, null, "sources.newest");
  performance.measure("matrix", { start: began });
}

/** @param {import("answers").Source} source */
const tablesOf = (source) => source.tables ?? [];

/** @param {import("answers").Source} source */
const isFailing = (source) => kindOf(source.last_outcome) === "failure" || source.breaker_state === "open" || (source.consecutive_failures ?? 0) > 0;

function drawHead() {
  grid.style.setProperty("--runs", String(answer.runs.length));
  mark(grid, { "aria-colcount": answer.runs.length + 4 });
  head.replaceChildren(
    element("span", { class: "name", role: "columnheader" }, t("sources.source")),
    ...answer.runs.map((run) =>
      element(
        "span",
        { class: "run", role: "columnheader", title: runInWords(run), "aria-label": runInWords(run) },
        element("span", { class: "failed", "aria-hidden": "true" }, run.failed ? whole(run.failed) : ""),
        element("span", { class: "when", "aria-hidden": "true" }, clock(run.started_at)),
        element("span", { class: "kind", "aria-hidden": "true" }, run.region || t(run.job?.startsWith("ui") ? "run.ui" : "run.historical")),
      ),
    ),
    element("span", { class: "tail number", role: "columnheader" }, t("sources.milliseconds")),
    element("span", { class: "tail", role: "columnheader" }, t("sources.succeeded")),
    element("span", { class: "tail", role: "columnheader" }, t("sources.tables")),
  );
}

/** Where the box is narrower than the runs, begin with the newest. */
function showNewest() {
  const box = byId("matrix-box");
  const [run, view] = [head.children[answer.runs.length], box].map((node) => node.getBoundingClientRect());
  if (isRightToLeft) box.scrollLeft -= Math.max(0, view.left - run.left);
  else box.scrollLeft += Math.max(0, run.right - view.right);
}

/** @param {import("answers").Run} run */
const runInWords = (run) =>
  t("run.said", {
    job: [run.job, run.region].filter(Boolean).join(" · "),
    time: `${dayAndClock(run.started_at)} UTC`,
    ok: whole(run.ok),
    failed: whole(run.failed),
    waited: whole(run.not_asked),
  });

function arrange() {
  if (!head.hasChildNodes()) return;
  const words = byId("sources-search").value.trim().toLowerCase();
  const table = byId("sources-table").value;
  const onlyFailing = byId("sources-show").value === "failing";
  const found = answer.sources.filter(
    (source) =>
      (!onlyFailing || isFailing(source)) &&
      (!table || tablesOf(source).includes(table)) &&
      (!words || `${source.endpoint} ${source.host} ${source.region ?? ""}`.toLowerCase().includes(words)),
  );
  keyed(body, found, (source) => source.endpoint, makeLine);
  mark(grid, { "aria-rowcount": found.length + 1 });
  walk.settle();
  const failing = answer.sources.filter(isFailing).length;
  say(
    byId("sources-count"),
    answer.sources.length ? t("sources.count", { n: whole(found.length), all: whole(answer.sources.length), failing: whole(failing) }) : "",
  );
  show(byId("sources-empty"), found.length === 0);
  say(byId("sources-empty"), whyNothing());
}

/** Why there is no line: nothing was collected, or not for this coin, or nothing that was looked for. */
function whyNothing() {
  if (answer.sources.length) return t("sources.none");
  return coinOfPage && answer.runs.length ? t("sources.none.of", { symbol: coinOfPage }) : t("page.nothing");
}

/**
 * @param {import("answers").Source} initial
 * @returns {import("page").Part<import("answers").Source>}
 */
function makeLine(initial) {
  const name = element("span", { class: "name", role: "rowheader", dir: "ltr" }, initial.endpoint);
  const node = element("div", { class: "line", role: "row" }, name);
  const tail = { milliseconds: number(""), succeeded: age(), tables: number("") };
  let source = initial;
  /** @type {HTMLElement[] | null} */
  let cells = null;
  const line = {
    /** The cells of the row, made now if they were not yet. */
    build() {
      if (!cells) {
        near.unobserve(node);
        cells = [];
        const end = element("span", { class: "tail number", role: "gridcell" }, tail.milliseconds);
        node.append(
          end,
          element("span", { class: "tail", role: "gridcell" }, tail.succeeded),
          element("span", { class: "tail", role: "gridcell" }, tail.tables),
        );
        fill(cells);
      }
      return cells;
    },
  };
  /** @param {HTMLElement[]} cells */
  function fill(cells) {
    while (cells.length > source.cells.length) cells.pop()?.remove();
    while (cells.length < source.cells.length) {
      const cell = element("span", { role: "gridcell", tabindex: -1 });
      (cells.at(-1) ?? name).after(cell);
      cells.push(cell);
    }
    for (const [index, cell] of cells.entries()) setCell(cell, source.cells[index]);
    say(tail.milliseconds, source.milliseconds === null ? "" : whole(source.milliseconds));
    setAge(tail.succeeded, source.succeeded_at);
    say(tail.tables, tablesOf(source).join(" "));
  }
  lines.set(node, line);
  near.observe(node);
  return {
    node,
    update(now) {
      source = now;
      mark(name, {
        class: isFailing(source) ? "name failing" : "name",
        title: [source.endpoint, source.host, source.last_outcome ? nameOf(source.last_outcome) : "", source.region].filter(Boolean).join(" · "),
      });
      if (cells) fill(cells);
    },
  };
}

/** @param {HTMLElement} cell */
function open(cell) {
  const row = /** @type {HTMLElement} */ (cell.parentElement);
  const index = cellsOf(row).indexOf(cell);
  const endpoint = first(row).textContent ?? "";
  const source = answer.sources.find((one) => one.endpoint === endpoint);
  if (source?.cells[index]) openAttempts(endpoint, answer.runs[index], cell);
}
