import type { components } from "./schema.js";

/** The problem document of an answer; a gateway's own answers have less of it. */
export type Problem = Partial<components["schemas"]["Problem"]>;

/** An argument of the client or of a call is missing, invalid or contradictory; the message names the remedy. */
export class ConfigurationError extends Error {
  override name = "ConfigurationError";
}

/** Base of the errors of a call. */
export class ApiError extends Error {
  override name = "ApiError";
  /** Stable name of the problem, if the response has one. */
  code: string | undefined;
  /** The id to quote to the service's owners: the response's, or else the request's. */
  requestId: string | undefined;
  /** Milliseconds to wait before the next attempt, if the response has `Retry-After`. */
  retryAfterMs: number | undefined;
  /** How often the request was sent. */
  attempts = 0;
}

/** The service could not be reached, or the connection broke; `cause` has the reason. */
export class ApiConnectionError extends ApiError {
  override name = "ApiConnectionError";
}

/** No complete response arrived in time. */
export class ApiTimeoutError extends ApiConnectionError {
  override name = "ApiTimeoutError";
}

/** The response carries the `X-Request-Id` of another request: the connection mixes them up. */
export class ForeignResponseError extends ApiConnectionError {
  override name = "ForeignResponseError";
}

/** The response is larger than the service can send. */
export class ResponseTooLargeError extends ApiError {
  override name = "ResponseTooLargeError";
}

/** The body of a success deviates from the contract. */
export class ResponseDecodeError extends ApiError {
  override name = "ResponseDecodeError";
}

/** The service returned a cursor twice, so that its pages would never end. */
export class RepeatedCursorError extends ApiError {
  override name = "RepeatedCursorError";
}

/**
 * The service, or a gateway in front of it, answered with another status than a success.
 *
 * `status` is 0 for a redirect in a browser, which hides the real one.
 */
export class ApiStatusError extends ApiError {
  override name = "ApiStatusError";

  constructor(
    readonly status: number,
    readonly headers: Headers,
    /** The body as text. */
    readonly body: string,
    readonly problem: Problem,
  ) {
    super([String(status), [problem.title, problem.detail].filter(Boolean).join(": ")].filter(Boolean).join(" "));
    this.code = problem.code;
  }
}

/** 400: the request violates the contract; `problem.errors` names the fields. */
export class BadRequestError extends ApiStatusError {
  override name = "BadRequestError";
}

/** 401: the caller is unknown. */
export class AuthenticationError extends ApiStatusError {
  override name = "AuthenticationError";
}

/** 403: no valid credentials, or an unknown path: the gateway does not distinguish them. */
export class PermissionDeniedError extends ApiStatusError {
  override name = "PermissionDeniedError";
}

/** 404: unknown path. */
export class NotFoundError extends ApiStatusError {
  override name = "NotFoundError";
}

/** 405: the path exists, the method does not. */
export class MethodNotAllowedError extends ApiStatusError {
  override name = "MethodNotAllowedError";
}

/** 413: the body is larger than any valid request. */
export class ContentTooLargeError extends ApiStatusError {
  override name = "ContentTooLargeError";
}

/** 415: the body is not declared as JSON. */
export class UnsupportedMediaTypeError extends ApiStatusError {
  override name = "UnsupportedMediaTypeError";
}

/** 429: the rate limit or the quota is used up; `retryAfterMs` has the wait, if the service sent it. */
export class RateLimitError extends ApiStatusError {
  override name = "RateLimitError";
}

/** Any 5xx. */
export class ServerError extends ApiStatusError {
  override name = "ServerError";
}

/** 500: a defect of the service. */
export class InternalServerError extends ServerError {
  override name = "InternalServerError";
}

/** 502: a hop could not reach the next one. */
export class BadGatewayError extends ServerError {
  override name = "BadGatewayError";
}

/** 503: overloaded or down; the same request may be retried. */
export class ServiceUnavailableError extends ServerError {
  override name = "ServiceUnavailableError";
}

/** 504: a hop got no answer in time; the same request may be retried. */
export class GatewayTimeoutError extends ServerError {
  override name = "GatewayTimeoutError";
}

const BY_STATUS: Record<number, typeof ApiStatusError> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  405: MethodNotAllowedError,
  413: ContentTooLargeError,
  415: UnsupportedMediaTypeError,
  429: RateLimitError,
  500: InternalServerError,
  502: BadGatewayError,
  503: ServiceUnavailableError,
  504: GatewayTimeoutError,
};

/** Returns the error for a response other than a success. */
export function statusError(response: Response, body: string): ApiStatusError {
  const problem = readProblem(body);
  const general = response.status >= 500 ? ServerError : ApiStatusError;
  const error = new (BY_STATUS[response.status] ?? general)(response.status, response.headers, body, problem);
  error.requestId = problem.request_id ?? requestIdOf(response);
  return error;
}

/** Returns the id under which the answering hop logged the request. */
export function requestIdOf(response: Response): string | undefined {
  return response.headers.get("x-request-id") || response.headers.get("x-amzn-requestid") || undefined;
}

/** Returns the problem in an error body; fields of other types are left out. */
function readProblem(body: string): Problem {
  let document: Record<string, unknown>;
  try {
    document = Object(JSON.parse(body));
  } catch {
    return {}; // a proxy's HTML, or nothing
  }
  const text = (...names: string[]) => names.map((name) => document[name]).find((value) => typeof value === "string");
  const problem: Record<string, unknown> = {
    type: text("type"),
    title: text("title"),
    status: typeof document["status"] === "number" ? document["status"] : undefined,
    detail: text("detail", "message", "Message"),
    code: text("code"),
    request_id: text("request_id"),
    errors: Array.isArray(document["errors"]) ? document["errors"] : undefined,
  };
  return Object.fromEntries(Object.entries(problem).filter(([, value]) => value !== undefined));
}
