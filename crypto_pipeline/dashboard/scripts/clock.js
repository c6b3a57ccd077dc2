// What time it is at the server: a computer whose clock is wrong shall not call fresh numbers old.

let ahead = 0;

/**
 * Learn from an answer's Date header, which has whole seconds.
 * @param {string} header
 */
export function learn(header) {
  const difference = Date.parse(header) - Date.now();
  if (Math.abs(difference - ahead) > 2000) ahead = Math.abs(difference) > 2000 ? difference : 0;
}

/** Milliseconds since 1970. */
export const now = () => Date.now() + ahead;
