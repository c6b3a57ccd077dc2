// Asking the server: only for what has changed, with the token where one is wanted.

import { learn } from "./clock.js";
import { askForToken, token } from "./token.js";

/** No answer came at all. */
export class Unreachable extends Error {}

/** The server answered that it cannot, or that the question was wrong; the message is its sentence. */
export class Refused extends Error {
  constructor(status, detail, retryAfter) {
    super(detail);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const SECONDS = 20;
const KEPT = 60;
const answers = new Map();

/** The answer to a path: {data, isNew}. The same object as before, and isNew false, when nothing has changed. */
export async function ask(path, signal = null) {
  const before = answers.get(path);
  const response = await sent(path, before, signal);
  if (response.status === 304) return { data: before.data, isNew: false };
  const data = await body(response);
  if (!response.ok) throw new Refused(response.status, data?.detail ?? response.statusText, Number(response.headers.get("Retry-After")) || null);
  answers.delete(path);
  answers.set(path, { etag: response.headers.get("ETag"), data });
  if (answers.size > KEPT) answers.delete(answers.keys().next().value);
  return { data, isNew: true };
}

/** The answer of a path that says how bad things are by its status too. */
export async function askAnyway(path) {
  return body(await sent(path, undefined, null));
}

async function sent(path, before, signal) {
  const given = token();
  const headers = {
    Accept: "application/json",
    ...(before?.etag && { "If-None-Match": before.etag }),
    ...(given && { Authorization: `Bearer ${given}` }),
  };
  const limit = AbortSignal.timeout(SECONDS * 1000);
  let response;
  try {
    response = await fetch(path, { headers, cache: "no-store", signal: signal ? AbortSignal.any([signal, limit]) : limit });
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

async function body(response) {
  try {
    return await response.json();
  } catch {
    throw response.ok ? new Unreachable("an answer that is no JSON") : new Refused(response.status, response.statusText, null);
  }
}
