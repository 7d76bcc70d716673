// Runs the scenarios of standard input with the installed TypeScript client, and prints what came of each.
import { readFileSync } from "node:fs";
import { ApiError, ConfigurationError, QueryServiceClient } from "query-service-client";

const scenarios = JSON.parse(readFileSync(0, "utf-8"));
const reports = {};
for (const scenario of scenarios) reports[scenario.name] = await report(scenario);
console.log(JSON.stringify(reports));

async function report({ base_url, client: given = {}, call }) {
  const result = { slept: [], progress: [] };
  const controller = new AbortController();
  let time = 1_000_000;
  const clock = {
    monotonic: () => time,
    now: () => time,
    random: () => given.chance ?? 0.5,
    async sleep(ms, signal) {
      result.slept.push(ms / 1_000);
      time += ms;
      if (call.cancel === "in_wait") controller.abort(new Error("cancelled"));
      signal?.throwIfAborted();
    },
  };
  const milliseconds = (seconds) => (seconds === undefined ? undefined : seconds * 1_000);
  try {
    const client = new QueryServiceClient({
      baseUrl: base_url,
      apiKey: given.api_key ?? "key",
      timeoutMs: milliseconds(given.timeout),
      attemptTimeoutMs: milliseconds(given.attempt_timeout),
      headers: given.headers,
      retry: { maxRetries: given.max_retries ?? 2, budget: given.budget ?? 100 },
      clock: given.clock === "system" ? undefined : clock,
    });
    for (let number = 1; number < (call.repeat ?? 1); number++) {
      await called(client, call, result, controller).catch((error) => {
        if (!(error instanceof ApiError)) throw error;
      });
    }
    const made = called(client, call, result, controller);
    if (call.cancel === "in_attempt") setTimeout(() => controller.abort(new Error("cancelled")), 100);
    return { ...result, value: await made };
  } catch (error) {
    if (controller.signal.aborted && error === controller.signal.reason) return { ...result, cancelled: true };
    return { ...result, error: described(error) };
  }
}

async function called(base, call, result, { signal }) {
  const { timeout: seconds, max_retries: retries, headers: more } = call.with ?? {};
  const client = call.with
    ? base.withOptions({ timeoutMs: seconds && seconds * 1_000, maxRetries: retries, headers: more })
    : base;
  const name = call.operation.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  const { timeout, max_retries, request_id, headers } = call.options ?? {};
  const options = {
    signal,
    headers,
    maxRetries: max_retries,
    requestId: request_id,
    timeoutMs: timeout === undefined ? undefined : timeout * 1_000,
  };
  if (call.operation === "health") return client.health(options);
  if (call.mode === "count") {
    return client.countMarketing(call.arguments, { ...options, progress: (sum) => result.progress.push(sum.rows) });
  }
  if (call.mode === "next") {
    const pages = [];
    for (let page = await client[name](call.arguments, options); page; page = await page.nextPage()) pages.push(page);
    return pages;
  }
  if (!call.mode) return client[name](call.arguments, options);
  const pager = client[name.replace("query", "iter")](call.arguments, options);
  const found = [];
  for await (const each of call.mode === "items" ? pager : pager.pages()) found.push(each);
  return found;
}

function described(error) {
  if (error instanceof ConfigurationError) return { name: error.name };
  if (!(error instanceof ApiError)) throw error;
  return {
    name: error.name,
    status: error.status,
    code: error.code,
    request_id: error.requestId,
    retry_after: error.retryAfterMs === undefined ? undefined : error.retryAfterMs / 1_000,
    attempts: error.attempts,
    detail: error.problem?.detail,
    fields: error.problem?.errors?.map((each) => each.pointer),
  };
}
