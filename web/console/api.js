// The only caller of the API: a page of records, or a Problem that says what became of the request instead.

import { toRequest } from "./query.js";

/** A request without a page. `status` is 0 when no answer could be read; `retryAfter` is in seconds. */
export class Problem extends Error {
  constructor({ status = 0, code = "unreachable", detail = "", errors = [], requestId = "", retryAfter = null }) {
    super(detail || code);
    Object.assign(this, { status, code, detail, errors, requestId, retryAfter });
  }
}

/** Ask for a page; rejects with a Problem, or with an AbortError once `signal` says that nobody waits any more. */
export async function fetchPage({ api, key }, query, cursor, signal) {
  const { path, body } = toRequest(query, cursor);
  const answer = await send(api + path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key },
    body: JSON.stringify(body),
    credentials: "omit",
    redirect: "error",
    signal,
  });
  const requestId = answer.headers.get("x-request-id") ?? "";
  const content = await answer.json().catch((error) => {
    if (error.name === "AbortError") throw error;
    return null;
  });
  if (answer.ok && Array.isArray(content?.items)) return { ...content, requestId };
  throw new Problem({
    status: answer.status,
    code: content?.code ?? "unknown",
    detail: content?.detail ?? "",
    errors: Array.isArray(content?.errors) ? content.errors : [],
    requestId: content?.request_id ?? requestId,
    retryAfter: seconds(answer.headers.get("retry-after")),
  });
}

async function send(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({});
  }
}

function seconds(header) {
  return /^\d+$/.test(header ?? "") ? Number(header) : null;
}
