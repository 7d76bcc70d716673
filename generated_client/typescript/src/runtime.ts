// What all operations share: attempts, deadlines, retries, and the meaning of a response.
import {
  ApiConnectionError,
  ApiError,
  ApiStatusError,
  ApiTimeoutError,
  ConfigurationError,
  ForeignResponseError,
  ResponseDecodeError,
  ResponseTooLargeError,
  requestIdOf,
  statusError,
} from "./errors.js";
import {
  asBaseUrl,
  asBody,
  asHeaders,
  asRequestId,
  asTimeout,
  type CallOptions,
  type ClientOptions,
  type Clock,
  DEFAULT_RETRY,
  keyHeaders,
  NODE_VERSION,
  type RetryPolicy,
  type SharedOptions,
  SYSTEM_CLOCK,
} from "./options.js";

// More than API Gateway can send (10 MB).
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_MS = 86_400_000; // timers take no more than 24 days

/** Method and path of an operation, and the type of each required field of its answer. */
export interface Operation<T> {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly needsKey: boolean;
  readonly required: Readonly<Record<string, string>>;
  /** Only for the types: the answer. */
  readonly answer?: T;
}

interface Call {
  readonly signal: AbortSignal | undefined;
  readonly end: number;
  readonly attemptMs: number;
  readonly requestId: string;
  readonly init: RequestInit;
  maxRetries: number;
  attempts: number;
  /** Whether an answer to another request came; the next answer may carry any id. */
  isAgain: boolean;
}

/** The part of the client that is the same for every operation. */
export class ApiClient {
  readonly #baseUrl: string;
  readonly #headers: Record<string, string>;
  readonly #options: ClientOptions;
  readonly #retry: RetryPolicy;
  readonly #clock: Clock;
  /** Shared with the clients of `withOptions`. */
  #state: { tokens: number; idsAreRewritten: boolean };

  constructor(options: ClientOptions, product: string) {
    this.#options = options;
    this.#baseUrl = asBaseUrl(options.baseUrl);
    this.#retry = { ...DEFAULT_RETRY, ...options.retry };
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#state = { tokens: this.#retry.budget, idsAreRewritten: false };
    this.#headers = {
      accept: "application/json, application/problem+json",
      // A browser names itself.
      ...(NODE_VERSION ? { "user-agent": `${product} node/${NODE_VERSION}` } : {}),
      ...keyHeaders(options.apiKey),
      ...asHeaders(options.headers),
    };
    asTimeout(options.timeoutMs ?? MOST_MS);
    asTimeout(options.attemptTimeoutMs ?? MOST_MS);
  }

  /** Returns a client whose calls have these options by default; it shares the budget of retries. */
  withOptions(options: SharedOptions): this {
    const own = this.#options;
    const Client = this.constructor as new (options: ClientOptions) => this;
    const made = new Client({
      ...own,
      timeoutMs: options.timeoutMs ?? own.timeoutMs,
      attemptTimeoutMs: options.attemptTimeoutMs ?? own.attemptTimeoutMs,
      retry: { ...this.#retry, maxRetries: options.maxRetries ?? this.#retry.maxRetries },
      headers: { ...asHeaders(own.headers), ...asHeaders(options.headers) },
    });
    made.#state = this.#state;
    return made;
  }

  /** Milliseconds since 1970. */
  protected now(): number {
    return this.#clock.now();
  }

  /** Sends any operation; rejects with an ApiError, a ConfigurationError, or the reason of `options.signal`. */
  protected async call<T>(operation: Operation<T>, query?: object, options: CallOptions = {}): Promise<T> {
    const call = this.#begin(operation, query, options);
    for (;;) {
      call.signal?.throwIfAborted();
      try {
        return await this.#attempt(operation, call);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        error.requestId ??= call.requestId;
        error.attempts = call.attempts;
        const delay = this.#delay(call, error);
        if (delay === undefined) throw error;
        await this.#clock.sleep(delay, call.signal);
      }
    }
  }

  #begin(operation: Operation<unknown>, query: object | undefined, options: CallOptions): Call {
    const headers: Record<string, string> = { ...this.#headers, ...asHeaders(options.headers) };
    if (operation.needsKey && !headers["x-api-key"] && !headers["authorization"]) {
      throw new ConfigurationError("no API key: give apiKey, or set QUERY_SERVICE_API_KEY");
    }
    const requestId = asRequestId(options.requestId ?? headers["x-request-id"]);
    headers["x-request-id"] = requestId;
    if (query) headers["content-type"] = "application/json";
    const timeoutMs = asTimeout(options.timeoutMs ?? this.#options.timeoutMs ?? 30_000);
    return {
      signal: options.signal,
      end: this.#clock.monotonic() + timeoutMs,
      attemptMs: asTimeout(options.attemptTimeoutMs ?? this.#options.attemptTimeoutMs ?? MOST_MS),
      requestId,
      // A redirect would get the key. "error" would look like a connection that broke.
      init: {
        method: operation.method,
        headers,
        redirect: "manual",
        ...(query ? { body: JSON.stringify(asBody(query)) } : {}),
      },
      maxRetries: options.maxRetries ?? this.#retry.maxRetries,
      attempts: 0,
      isAgain: false,
    };
  }

  async #attempt<T>(operation: Operation<T>, call: Call): Promise<T> {
    call.attempts += 1;
    const ms = Math.min(Math.max(1, call.end - this.#clock.monotonic()), call.attemptMs, MOST_MS);
    const controller = new AbortController();
    const stop = () => controller.abort(call.signal?.reason);
    const timer = setTimeout(() => controller.abort(new ApiTimeoutError(`no whole answer in ${ms} ms`)), ms);
    call.signal?.addEventListener("abort", stop, { once: true });
    // A `fetch` of the caller's own may ignore the signal.
    const aborted = new Promise<never>((_, reject) => {
      controller.signal.addEventListener("abort", () => reject(controller.signal.reason), { once: true });
    });
    aborted.catch(() => undefined);
    try {
      return await Promise.race([this.#exchange(operation, call, controller.signal), aborted]);
    } catch (error) {
      if (controller.signal.aborted) throw controller.signal.reason;
      if (error instanceof ApiError) throw error;
      throw new ApiConnectionError(`the service could not be reached: ${described(error)}`, { cause: error });
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener("abort", stop);
      controller.abort(); // closes the connection if the body was not read
    }
  }

  async #exchange<T>(operation: Operation<T>, call: Call, signal: AbortSignal): Promise<T> {
    const send = this.#options.fetch ?? globalThis.fetch;
    const response = await send(this.#baseUrl + operation.path, { ...call.init, signal });
    if (response.type === "opaqueredirect" || response.redirected) {
      throw new ApiStatusError(0, response.headers, "", { title: "a redirect, which the client does not follow" });
    }
    const isOther = !["", call.requestId].includes(response.headers.get("x-request-id") ?? "");
    if (response.ok && isOther && !call.isAgain && !this.#state.idsAreRewritten) {
      throw new ForeignResponseError("the response carries the X-Request-Id of another request");
    }
    const content = await read(response);
    if (!response.ok) {
      const error = statusError(response, new TextDecoder().decode(content));
      error.retryAfterMs = this.#retryAfter(response);
      throw error;
    }
    // The id of an answer on a new connection differs too: a proxy replaces ids, so they say nothing.
    if (call.isAgain && isOther) this.#state.idsAreRewritten = true;
    this.#state.tokens = Math.min(this.#retry.budget, this.#state.tokens + 0.1);
    try {
      return decode(operation, content);
    } catch (error) {
      const failure = new ResponseDecodeError(`the answer to ${operation.name} is not the contract's`, {
        cause: error,
      });
      failure.requestId = requestIdOf(response);
      throw failure;
    }
  }

  /** Returns the milliseconds to wait before the next attempt; undefined if there is none. */
  #delay(call: Call, error: ApiError): number | undefined {
    if (error instanceof ForeignResponseError) {
      call.isAgain = true;
      call.maxRetries += 1;
      return 0;
    }
    if (call.attempts > call.maxRetries) return undefined;
    const delay = this.#backoff(call, error);
    if (delay === undefined || delay >= call.end - this.#clock.monotonic() || this.#state.tokens < 1) return undefined;
    this.#state.tokens -= 1;
    return delay;
  }

  #backoff(call: Call, error: ApiError): number | undefined {
    const { baseDelayMs, maxDelayMs, maxRetryAfterMs, statuses } = this.#retry;
    const isTemporary =
      error instanceof ApiStatusError ? statuses.includes(error.status) : error instanceof ApiConnectionError;
    if (!isTemporary) return undefined;
    if (error.retryAfterMs === undefined) {
      return this.#clock.random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (call.attempts - 1));
    }
    // Jitter on top: clients that were told the same second do not return in the same instant.
    return error.retryAfterMs > maxRetryAfterMs ? undefined : error.retryAfterMs + this.#clock.random() * baseDelayMs;
  }

  #retryAfter(response: Response): number | undefined {
    const value = response.headers.get("retry-after")?.trim();
    if (!value) return undefined;
    const seconds = Number(value);
    const ms = Number.isNaN(seconds) ? Date.parse(value) - this.#clock.now() : seconds * 1_000;
    return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
  }
}

async function read(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.byteLength;
    if (size > MOST_BYTES) throw new ResponseTooLargeError(`the answer has over ${MOST_BYTES} bytes`);
    chunks.push(part.value);
  }
  const content = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    content.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return content;
}

function decode<T>(operation: Operation<T>, content: Uint8Array): T {
  const body: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new TypeError("the answer is no object");
  for (const [name, type] of Object.entries(operation.required)) {
    const value = (body as Record<string, unknown>)[name];
    if ((Array.isArray(value) ? "array" : typeof value) !== type) throw new TypeError(`${name} is not of type ${type}`);
  }
  return body as T;
}

function described(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
