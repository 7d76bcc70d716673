// A typed client of the push record query API: openapi-fetch with the types of schema.d.ts.
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type Problem = components["schemas"]["Problem"];
export type PushRecord = components["schemas"]["PushRecord"];
export type RecordPage = components["schemas"]["RecordPage"];
export type UserQuery = components["schemas"]["QueryUserRequest"];
export type QueryServiceClient = Client<paths>;

export interface Options {
  /** Address of the API with its stage. */
  baseUrl: string;
  /** Sent as x-api-key. */
  apiKey: string;
  /** Milliseconds for a whole call. */
  timeoutMs?: number;
  /** Sends the requests in place of the global fetch. It must not follow redirects: they would get the key. */
  fetch?: (request: Request) => Promise<Response>;
}

/** A response other than a success. `problem` is undefined if the body is not the contract's: a proxy's HTML, or empty. */
export class QueryServiceError extends Error {
  override name = "QueryServiceError";

  constructor(
    readonly status: number,
    readonly problem: Problem | undefined,
    readonly requestId: string | undefined,
  ) {
    super(problem?.detail ?? `the service answered ${status}`);
  }
}

/**
 * The client; its `POST` and `GET` are typed with the paths, bodies and responses of the contract.
 *
 * A redirect is an error: fetch would send `x-api-key`, and the body, to the address that it names.
 */
export function queryServiceClient(options: Options): QueryServiceClient {
  const send = options.fetch ?? ((request: Request) => globalThis.fetch(request));
  const timeoutMs = options.timeoutMs ?? 30_000;
  return createClient<paths>({
    baseUrl: options.baseUrl,
    headers: { "x-api-key": options.apiKey },
    fetch: (request) => {
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
      return send(new Request(request, { signal, redirect: "error" }));
    },
  });
}

/** All rows of a user, newest first; a page is fetched when its first row is needed. */
export async function* userRecords(
  client: QueryServiceClient,
  query: UserQuery,
): AsyncGenerator<PushRecord, void, undefined> {
  const seen = new Set<string>();
  for (let cursor = query.cursor; ; ) {
    const page = await userPage(client, { limit: 100, ...query, ...(cursor == null ? {} : { cursor }) });
    yield* page.items;
    if (page.next_cursor === undefined) return;
    if (seen.has(page.next_cursor)) throw new Error("the service returned the same cursor twice");
    cursor = page.next_cursor;
    seen.add(cursor);
  }
}

/** One page of a user's rows; throws QueryServiceError for every response other than a success. */
export async function userPage(client: QueryServiceClient, body: UserQuery): Promise<RecordPage> {
  // `error` is "" for an empty body, so only `response.ok` identifies a failure.
  const { data, error, response } = await client.POST("/query/user", { body });
  if (!response.ok || !isPage(data)) {
    throw new QueryServiceError(
      response.status,
      isProblem(error) ? error : undefined,
      response.headers.get("x-request-id") ?? undefined,
    );
  }
  return data;
}

function isPage(body: unknown): body is RecordPage {
  return typeof body === "object" && body !== null && "items" in body && Array.isArray(body.items);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body && "request_id" in body;
}
