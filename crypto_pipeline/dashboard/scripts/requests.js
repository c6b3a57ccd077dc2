// Asking the server: only for what has changed, with the token where one is wanted.

import { learn } from "./clock.js";
import { askForToken, token } from "./token.js";

/** No answer came at all. */
export class Unreachable extends Error {}

/** The server answered that it cannot, or that the question was wrong; the message is its sentence. */
export class HttpError extends Error {
  /**
   * @param {number} status
   * @param {string} detail
   * @param {number | null} retryAfter seconds
   */
  constructor(status, detail, retryAfter) {
    super(detail);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const SECONDS = 20;
const KEPT = 60;
/** @typedef {{etag: string | null, data: any}} Known An answer that may still be right */
/** @type {Map<string, Known>} */
const answers = new Map();

/**
 * The answer to a path. The same object as before, and isNew false, when nothing has changed.
 * @param {string} path
 * @param {AbortSignal | null} signal
 * @returns {Promise<{data: any, isNew: boolean}>}
 * @throws {Unreachable | HttpError}
 */
export async function ask(path, signal = null) {
  const before = answers.get(path);
  const response = await sent(path, before, signal);
  if (response.status === 304 && before) return { data: before.data, isNew: false };
  const data = await body(response);
  if (!response.ok) throw new HttpError(response.status, data?.detail ?? response.statusText, Number(response.headers.get("Retry-After")) || null);
  answers.delete(path);
  answers.set(path, { etag: response.headers.get("ETag"), data });
  const [oldest] = answers.keys();
  if (answers.size > KEPT && oldest !== undefined) answers.delete(oldest);
  return { data, isNew: true };
}

/**
 * The answer of a path that says how bad things are by its status too.
 * @param {string} path
 */
export async function askAnyway(path) {
  return body(await sent(path, undefined, null));
}

/**
 * @param {string} path
 * @param {Known | undefined} before
 * @param {AbortSignal | null} signal
 * @returns {Promise<Response>}
 */
async function sent(path, before, signal) {
  const given = token();
  const headers = {
    Accept: "application/json",
    ...(before?.etag && { "If-None-Match": before.etag }),
    ...(given && { Authorization: `Bearer ${given}` }),
  };
  const limit = AbortSignal.timeout(SECONDS * 1000);
  /** @type {Response} */
  let response;
  try {
    response = await fetch(address(path), { headers, cache: "no-store", signal: signal ? AbortSignal.any([signal, limit]) : limit });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable(String(error));
  }
  const date = response.headers.get("Date");
  if (date) learn(date);
  if (response.status === 401) {
    if (token() === given) await askForToken();
    return sent(path, before, signal);
  }
  return response;
}

/**
 * Where a path of the server is: below the folder that this script is in, static/VERSION/scripts/, which a reverse proxy may show anywhere.
 * @param {string} path as the server knows it, or below that folder already, as its answers say it
 */
export function address(path, script = import.meta.url) {
  const root = new URL("../../../", script).pathname;
  return new URL(path.startsWith(root) ? path : root + path.slice(1), script).href;
}

/** @param {Response} response */
async function body(response) {
  try {
    return await response.json();
  } catch {
    throw response.ok ? new Unreachable("an answer that is no JSON") : new HttpError(response.status, response.statusText, null);
  }
}
