// How fresh each table is, and how old it may be before that is unusual: as the server says.

/** @type {Map<string, import("answers").TableAge>} */
const tables = new Map();

/** @param {import("answers").TableAge[]} list */
export function learnTables(list) {
  for (const one of list) tables.set(one.table, one);
}

/**
 * Seconds, or null where nothing is usual.
 * @param {string} table
 */
export const limitOf = (table) => tables.get(table)?.age_limit_seconds ?? null;

/**
 * When the newest row of a table was collected, or null.
 * @param {string} table
 */
export const newestOf = (table) => tables.get(table)?.newest ?? null;

export const allTables = () => [...tables.values()];
