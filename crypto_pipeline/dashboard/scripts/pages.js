// Lists that go on: the newest page is followed, older ones are added when the person asks for more.

import { ask } from "./asking.js";
import { show } from "./elements.js";

/** `of(answer)` gives the rows of an answer, `draw(rows)` shows all that are known, `button` asks for the next page. */
export function paged({ button, of, keyOf, draw, trouble }) {
  let older = [];
  let first = [];
  let next = null;
  const list = () => {
    const known = new Set(first.map(keyOf));
    return [...first, ...older.filter((one) => !known.has(keyOf(one)))];
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { data } = await ask(next);
      older.push(...of(data));
      next = data.next;
      draw(list());
      show(button, next !== null);
    } catch (error) {
      trouble(error.message);
    } finally {
      button.disabled = false;
    }
  });
  return {
    /** The newest page, as it was just told. */
    newest(data) {
      const fallen = older.length ? first.filter((one) => !of(data).some((other) => keyOf(other) === keyOf(one))) : [];
      older = [...fallen, ...older];
      first = of(data);
      if (!older.length) next = data.next;
      draw(list());
      show(button, next !== null);
    },
    /** Another question: what was added does not belong to it. */
    reset() {
      older = [];
    },
  };
}
