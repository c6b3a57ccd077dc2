// Of questions that replace each other only the last is wanted: an answer that comes late is not shown as that to what was asked since.
// Asking belongs to requests.js, asking again and again to polling.js.

/**
 * One kind of question. `anew()` gives the signal of the next one and ends what is under way of those before, which are told by
 * theirs: it is aborted, whatever came of them.
 */
export function latest() {
  let under = new AbortController();
  return {
    anew() {
      under.abort();
      under = new AbortController();
      return under.signal;
    },
    /** The signal of the one that is wanted now. */
    get signal() {
      return under.signal;
    },
  };
}
