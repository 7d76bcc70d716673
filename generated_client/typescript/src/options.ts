import { ConfigurationError } from "./errors.js";

/** Source of time, randomness and sleep; tests give their own. */
export interface Clock {
  /** Milliseconds of a clock that never goes backwards. */
  monotonic(): number;
  /** Milliseconds since 1970 (UTC). */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  /** Resolves after `ms`; rejects with the reason of `signal` if that is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Exponential backoff with full jitter.
 *
 * `Retry-After` takes precedence over the backoff. If it is longer than `maxRetryAfterMs`, the error is thrown at once,
 * with `retryAfterMs` set. Connection errors are always retried.
 */
export interface RetryPolicy {
  maxRetries: number;
  baseDelayMs: number;
  maxDelayMs: number;
  maxRetryAfterMs: number;
  /** Limits the retries of a client: each retry takes 1, each success returns 0.1, and below 1 there are none. */
  budget: number;
  statuses: readonly number[];
}

/** Options of one call. */
export interface CallOptions {
  /** Ends the call; it rejects with the reason of the signal. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for the whole call with its retries and waits. */
  timeoutMs?: number | undefined;
  /** Milliseconds for one attempt. */
  attemptTimeoutMs?: number | undefined;
  /** Largest number of retries; 0 for none. */
  maxRetries?: number | undefined;
  /** An id of the caller's own: 1 to 128 letters, digits or `._=+/-`. */
  requestId?: string | undefined;
  /** More headers; they override those of the client. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** Options of all calls of a client. */
export type SharedOptions = Omit<CallOptions, "signal" | "requestId">;

/** Options of a client. */
export interface ClientOptions {
  /** Address of the API with its stage; by default the variable QUERY_SERVICE_URL. */
  baseUrl?: string | undefined;
  /** Sent as `x-api-key`; by default the variable QUERY_SERVICE_API_KEY. */
  apiKey?: string | undefined;
  /** Milliseconds for a whole call with its retries and waits: 30,000 by default. */
  timeoutMs?: number | undefined;
  /** Milliseconds for one attempt; by default only the whole call is limited. */
  attemptTimeoutMs?: number | undefined;
  retry?: Partial<RetryPolicy> | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Sends the requests in place of the global `fetch`, which is looked up at each call. */
  fetch?: typeof fetch | undefined;
  clock?: Clock | undefined;
}

export const DEFAULT_RETRY: RetryPolicy = {
  maxRetries: 2,
  baseDelayMs: 200,
  maxDelayMs: 5_000,
  maxRetryAfterMs: 20_000,
  budget: 100,
  statuses: [429, 502, 503, 504],
};

export const SYSTEM_CLOCK: Clock = {
  monotonic: () => performance.now(),
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms);
      if (signal?.aborted) stop();
      else signal?.addEventListener("abort", stop, { once: true });
    }),
};

type Process = { process?: { env?: Record<string, string | undefined>; versions?: { node?: string } } };
const { process: program } = globalThis as Process;

/** The version of Node.js; undefined in a browser. */
export const NODE_VERSION = program?.versions?.node;

/** Returns a variable of the environment; undefined where there is none. */
export function variable(name: string): string | undefined {
  return program?.env?.[name];
}

// These describe the message or the connection, so the runtime sets them.
const RESERVED = new Set(
  "connection content-encoding content-length expect host keep-alive proxy-connection te trailer transfer-encoding upgrade".split(
    " ",
  ),
);

/** Returns headers by lower-case name; throws ConfigurationError, which holds no value, for one that cannot be sent. */
export function asHeaders(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      throw new ConfigurationError(`${JSON.stringify(name)} is not a valid header name`);
    }
    if (RESERVED.has(lower)) {
      throw new ConfigurationError(`the header ${JSON.stringify(name)} cannot be given: the runtime sets it`);
    }
    if (typeof value !== "string" || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw new ConfigurationError(`the value of the header ${JSON.stringify(name)} is not visible ASCII text`);
    }
    result[lower] = value.trim();
  }
  return result;
}

/** Returns the address that paths are appended to; the message of the error never quotes it. */
export function asBaseUrl(given: string | undefined): string {
  const remedy = "give baseUrl, or set QUERY_SERVICE_URL";
  const address = given || variable("QUERY_SERVICE_URL");
  if (!address) throw new ConfigurationError(`no address of the service: ${remedy}`);
  let url: URL | undefined;
  try {
    url = new URL(address);
  } catch {
    // said below
  }
  if (!url || !/^[\x21-\x7e]+$/.test(address) || !/^https?:$/.test(url.protocol) || /[?#]/.test(address)) {
    throw new ConfigurationError(`the address of the service is not of the form http(s)://host/stage: ${remedy}`);
  }
  if (url.username || url.password) {
    throw new ConfigurationError("the address of the service holds a user name or password: give headers instead");
  }
  return address.replace(/\/+$/, "");
}

/** Returns the key as a header, if there is one; the message of the error never holds it. */
export function keyHeaders(given: string | undefined): Record<string, string> {
  const key = given || variable("QUERY_SERVICE_API_KEY");
  if (!key) return {};
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ConfigurationError(
      "the API key holds a blank, a line end or a character outside ASCII: give apiKey, or set QUERY_SERVICE_API_KEY",
    );
  }
  return { "x-api-key": key };
}

/** Returns an id that the service accepts, a new one if none is given. */
export function asRequestId(given: string | undefined): string {
  if (given === undefined) return newId();
  if (/^[A-Za-z0-9._=+/-]{1,128}$/.test(given)) return given;
  throw new ConfigurationError(`a request id is 1 to 128 letters, digits or ._=+/-, not ${JSON.stringify(given)}`);
}

/** Returns milliseconds that are over 0. */
export function asTimeout(ms: number): number {
  if (typeof ms === "number" && ms > 0) return ms;
  throw new ConfigurationError(`a timeout is a number of milliseconds over 0, not ${String(ms)}`);
}

/** Returns a request body: moments in milliseconds, and nothing that is null or undefined. */
export function asBody(query: object): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(query)) {
    const value: unknown = given instanceof Date ? given.getTime() : given;
    if (value === null || value === undefined) continue;
    if (typeof value === "bigint" || (typeof value === "number" && !Number.isSafeInteger(value))) {
      throw new ConfigurationError(`${name} is not a whole number that JavaScript holds exactly, nor a valid Date`);
    }
    body[name] = value;
  }
  return body;
}

/** `crypto.randomUUID` is missing on pages that came over plain HTTP. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
