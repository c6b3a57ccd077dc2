// A grid that the keyboard walks: one cell is in the tab order, the arrows move it. The pattern is that of ARIA's grid.

import { mark } from "./elements.js";
import { isRightToLeft } from "./words.js";

const PAGE = 10;

/**
 * `rows()` gives the rows that are shown, `cells(row)` the cells of one (made now, if they were not yet),
 * `act(cell)` is what Enter, Space and a click do.
 * @param {HTMLElement} grid
 * @param {() => HTMLElement[]} rows
 * @param {(row: Element | null) => HTMLElement[]} cells
 * @param {(cell: HTMLElement) => void} act
 */
export function walkable(grid, rows, cells, act) {
  /** @type {HTMLElement | null} */
  let current = null;

  /** @param {HTMLElement} cell */
  function enter(cell) {
    if (current && current !== cell) mark(current, { tabindex: -1 });
    current = cell;
    mark(cell, { tabindex: 0 });
  }

  /** @param {HTMLElement | null | undefined} cell */
  function go(cell) {
    if (!cell) return;
    enter(cell);
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  grid.addEventListener("focusin", ({ target }) => {
    const cell = cellAt(target);
    if (cell) enter(cell);
  });
  grid.addEventListener("click", ({ target }) => {
    const cell = cellAt(target);
    if (!cell) return;
    enter(cell);
    act(cell);
  });
  grid.addEventListener("keydown", (event) => {
    const cell = cellAt(event.target);
    if (!cell || event.altKey || event.metaKey) return;
    const row = /** @type {HTMLElement} */ (cell.parentElement);
    const all = rows();
    const [down, across] = [all.indexOf(row), cells(row).indexOf(cell)];
    const [later, earlier] = isRightToLeft ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
    /**
     * @param {number} y
     * @param {number} x
     */
    const at = (y, x) => {
      const line = all[Math.min(all.length - 1, Math.max(0, y))];
      return line && cells(line).at(Math.min(cells(line).length - 1, Math.max(0, x)));
    };
    /** @type {Record<string, () => HTMLElement | null | undefined>} */
    const moves = {
      [later]: () => at(down, across + 1),
      [earlier]: () => at(down, across - 1),
      ArrowDown: () => at(down + 1, across),
      ArrowUp: () => at(down - 1, across),
      PageDown: () => at(down + PAGE, across),
      PageUp: () => at(down - PAGE, across),
      Home: () => at(event.ctrlKey ? 0 : down, 0),
      End: () => at(event.ctrlKey ? all.length - 1 : down, Infinity),
    };
    if (event.key === "Enter" || event.key === " ") act(cell);
    else if (moves[event.key]) go(moves[event.key]());
    else return;
    event.preventDefault();
  });
  return {
    /** Keep one cell of what is shown in the tab order. */
    settle() {
      if (current?.isConnected && !current.parentElement?.hidden) return;
      const first = rows()[0];
      const cell = first && cells(first).at(-1);
      if (cell) enter(cell);
    },
  };
}

/**
 * The cell that holds what an event is about.
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null}
 */
const cellAt = (target) => (target instanceof Element ? target.closest(".cell") : null);
