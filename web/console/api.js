// The API client: sends one request.

/** A failed request. `status` is 0 if there was no readable response; `retryAfter` is in seconds. */
export class Problem extends Error {
  constructor({ status = 0, code = "unreachable", detail = "", errors = [], requestId = "", retryAfter = null }) {
    super(detail || code);
    Object.assign(this, { status, code, detail, errors, requestId, retryAfter });
  }
}

/** Send a request and return its answer. Rejects with a Problem, or with an AbortError if `signal` aborts it. */
export async function ask({ api, key }, { path, body }, signal) {
  if (!api || !key) throw new Problem({ code: "unset" });
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
  if (answer.ok && content !== null && typeof content === "object") return content;
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
