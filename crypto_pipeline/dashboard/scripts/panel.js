// A section of figures: its table, what it says while there is nothing, its age, and the file behind it. What differs from one to
// another is a description; nothing here knows what the figures are.

import { setSectionAge } from "./ages.js";
import { offer } from "./csv.js";
import { byId, element, keyed, mark, say, show } from "./elements.js";
import { follow } from "./polling.js";
import { filling, sight, troubleOf } from "./sections.js";
import { t } from "./words.js";

/**
 * @template Row
 * @typedef {object} Column
 * @property {string} head key of the words above it
 * @property {(row: Row) => string} text what stands in a row
 * @property {(row: Row) => string | null} [title] what is told of it when it is pointed at
 * @property {boolean} [isNumber]
 * @property {boolean} [isExtra] left out where there is little room
 */

/**
 * @template Answer, Row
 * @typedef {object} Description
 * @property {string} id of the section
 * @property {() => string | null} path
 * @property {string} [part] the list that becomes the file
 * @property {Column<Row>[]} columns the first one names the row
 * @property {(answer: Answer) => Row[]} rows
 * @property {(row: Row) => string} keyOf
 * @property {(answer: Answer) => void} [draw] what is shown beside the table
 * @property {number} [every] seconds
 * @property {() => Record<string, string>} [none] what the sentence about nothing speaks of
 */

/**
 * Follow a path and show it in its section.
 * @template {{as_of?: string | null, demo: boolean}} Answer
 * @template Row
 * @param {Description<Answer, Row>} described
 */
export function panel({ id, path, part, columns, rows, keyOf, draw, every, none }) {
  const table = /** @type {HTMLElement} */ (byId(id).querySelector("table"));
  const head = element("tr", {}, ...columns.map((column) => element("th", { scope: "col", class: classOf(column) }, t(column.head))));
  /** @type {HTMLElement} */ (table.querySelector("thead")).replaceChildren(head);
  /** @param {Answer} answer */
  const showAnswer = (answer) => {
    const shown = rows(answer);
    document.documentElement.dataset.demo = String(answer.demo);
    keyed(byId(`${id}-rows`), shown, keyOf, () => makeRow(columns));
    say(byId(`${id}-empty`), t(`desk.${id}.none`, none?.()));
    show(byId(`${id}-empty`), shown.length === 0);
    setSectionAge(byId(`${id}-age`), answer.as_of, null);
    draw?.(answer);
  };
  offer(id, path, part);
  return follow({ path, show: filling(id, showAnswer), trouble: troubleOf(id), every, sight: sight(id) });
}

/** @param {{isNumber?: boolean, isExtra?: boolean}} column */
const classOf = ({ isNumber, isExtra }) => [isNumber && "number", isExtra && "extra"].filter(Boolean).join(" ") || null;

/**
 * @template Row
 * @param {Column<Row>[]} columns
 * @returns {import("page").Part<Row>}
 */
function makeRow(columns) {
  const cells = columns.map((column, place) =>
    element(place ? "td" : "th", { scope: place ? null : "row", class: classOf(column) }, element("bdi", { dir: "auto" })),
  );
  const node = element("tr", {}, ...cells);
  return {
    node,
    update(row) {
      for (const [place, column] of columns.entries()) {
        mark(cells[place], { title: column.title?.(row) });
        say(/** @type {Element} */ (cells[place].firstElementChild), column.text(row));
      }
    },
  };
}
