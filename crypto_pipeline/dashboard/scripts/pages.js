// Lists that go on: the newest page is followed, older ones are added when the person asks for more.

import { ask } from "./requests.js";
import { show } from "./elements.js";
import { latest } from "./latest.js";

/** Rows that may come in by themselves below the first page, before that is all there is again: a tab stays open for days. */
const GROWTH = 300;

/**
 * `of(answer)` gives the rows of an answer, `draw(rows)` shows all that are known, `button` asks for the next page.
 * @template Row
 * @template {{next?: string | null}} Answer
 * @param {object} list
 * @param {HTMLButtonElement} list.button
 * @param {(answer: Answer) => Row[]} list.of
 * @param {(row: Row) => string} list.keyOf
 * @param {(rows: Row[]) => void} list.draw
 * @param {(sentence: string | null) => void} list.trouble
 */
export function paged({ button, of, keyOf, draw, trouble }) {
  /** @type {Row[]} */
  let older = [];
  /** @type {Row[]} */
  let first = [];
  /** @type {string | null} */
  let next = null;
  let grown = 0;
  const question = latest();
  const list = () => {
    const known = new Set(first.map(keyOf));
    return [...first, ...older.filter((one) => !known.has(keyOf(one)))];
  };
  button.addEventListener("click", async () => {
    if (next === null) return;
    const { signal } = question;
    button.disabled = true;
    try {
      const { data } = await ask(next, signal);
      if (signal.aborted) return;
      older.push(...of(data));
      next = data.next ?? null;
      draw(list());
      show(button, next !== null);
    } catch (error) {
      if (!signal.aborted) trouble(error instanceof Error ? error.message : String(error));
    } finally {
      button.disabled = false;
    }
  });
  return {
    /**
     * The newest page, as it has just come.
     * @param {Answer} data
     */
    newest(data) {
      const fallen = older.length ? first.filter((one) => !of(data).some((other) => keyOf(other) === keyOf(one))) : [];
      grown += fallen.length;
      older = grown > GROWTH ? [] : [...fallen, ...older];
      if (!older.length) grown = 0;
      first = of(data);
      if (!older.length) next = data.next ?? null;
      draw(list());
      show(button, next !== null);
    },
    /** Another question: what was added does not belong to it. */
    reset() {
      question.anew();
      older = [];
      grown = 0;
    },
  };
}
