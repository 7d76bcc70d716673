// Generated from the contract by `make client`.
import { added } from "./totals.js";
import { type CallOptions, type ClientOptions } from "./options.js";
import { type Linked, linked, Pager } from "./pages.js";
import { ApiClient, type Operation } from "./runtime.js";
import type { components } from "./schema.js";

type Schemas = components["schemas"];
/** A request in which a moment may be a Date. */
type Query<T> = { [K in keyof T]: K extends "created_from" | "created_to" ? T[K] | Date : T[K] };

/**
 * The counts of a part of a campaign, or of all of it. Counts of several answers add up. Every record counted is
 * in one cell; a push that is sent and then delivered has two records.
 */
export type CampaignSummary = Schemas["CampaignSummary"];
/**
 * The user, and exactly one of `transaction_id` and `marketing_id`.
 */
export type ExplainPushRequest = Query<Schemas["ExplainPushRequest"]>;
/**
 * Whether requests are accepted.
 */
export type Health = Schemas["Health"];
/**
 * What became of a push to a user. Times are in epoch milliseconds.
 */
export type PushExplanation = Schemas["PushExplanation"];
/**
 * One state that one push reached. A push that is sent and then delivered has two records. A field that was not
 * stored is absent. New fields and new values may appear.
 */
export type PushRecord = Schemas["PushRecord"];
/**
 * The transaction, and filters.
 */
export type QueryFailRequest = Query<Schemas["QueryFailRequest"]>;
/**
 * The campaign, and filters.
 */
export type QueryMarketingFailRequest = Query<Schemas["QueryMarketingFailRequest"]>;
/**
 * The campaign, and filters.
 */
export type QueryMarketingRequest = Query<Schemas["QueryMarketingRequest"]>;
/**
 * The transaction, and filters.
 */
export type QueryTransactionRequest = Query<Schemas["QueryTransactionRequest"]>;
/**
 * The user, and filters.
 */
export type QueryUserRequest = Query<Schemas["QueryUserRequest"]>;
/**
 * One page of records.
 */
export type RecordPage = Linked<Schemas["RecordPage"]>;
/**
 * The campaign, and which of its records to count.
 */
export type SummarizeMarketingRequest = Query<Schemas["SummarizeMarketingRequest"]>;

/** Options of a count over all answers. */
export interface CountOptions extends CallOptions {
  /** Called with the sum so far after each answer; what it throws ends the count. */
  progress?: ((sum: CampaignSummary) => void) | undefined;
  /** A sum that was broken off: its `next_cursor` is where to count on. The filters stay the same. */
  resume?: CampaignSummary | undefined;
}

const QUERY_USER: Operation<Schemas["RecordPage"]> = {
  name: "query_user",
  method: "POST",
  path: "/query/user",
  needsKey: true,
  required: { items: "array", count: "number" },
};
const QUERY_MARKETING: Operation<Schemas["RecordPage"]> = {
  name: "query_marketing",
  method: "POST",
  path: "/query/marketing",
  needsKey: true,
  required: { items: "array", count: "number" },
};
const QUERY_TRANSACTION: Operation<Schemas["RecordPage"]> = {
  name: "query_transaction",
  method: "POST",
  path: "/query/transaction",
  needsKey: true,
  required: { items: "array", count: "number" },
};
const QUERY_FAIL: Operation<Schemas["RecordPage"]> = {
  name: "query_fail",
  method: "POST",
  path: "/query/fail",
  needsKey: true,
  required: { items: "array", count: "number" },
};
const QUERY_MARKETING_FAIL: Operation<Schemas["RecordPage"]> = {
  name: "query_marketing_fail",
  method: "POST",
  path: "/query/marketing/fail",
  needsKey: true,
  required: { items: "array", count: "number" },
};
const SUMMARIZE_MARKETING: Operation<Schemas["CampaignSummary"]> = {
  name: "summarize_marketing",
  method: "POST",
  path: "/query/marketing/summary",
  needsKey: true,
  required: { marketing_id: "string", rows: "number", cells: "array" },
};
const EXPLAIN_PUSH: Operation<Schemas["PushExplanation"]> = {
  name: "explain_push",
  method: "POST",
  path: "/query/push",
  needsKey: true,
  required: { detail: "string", pushes: "array", complete: "boolean" },
};
const HEALTH: Operation<Schemas["Health"]> = {
  name: "health",
  method: "GET",
  path: "/health",
  needsKey: false,
  required: { status: "string" },
};

/**
 * Client of the push record query API 1.0.0.
 *
 * Every method rejects with an ApiError, with a ConfigurationError before anything is sent, or with the reason of an
 * aborted `signal`.
 */
export class QueryServiceClient extends ApiClient {
  constructor(options: ClientOptions = {}) {
    super(options, "query-service-client/1.0.0");
  }

  /**
   * Push notifications sent to a user.
   *
   * Returns the records of one user, newest first.
   */
  queryUser(query: QueryUserRequest, options?: CallOptions): Promise<RecordPage> {
    return this.call(QUERY_USER, query, options).then((page) =>
      linked(page, (cursor) => this.queryUser({ user_id: query.user_id, limit: query.limit ?? null, cursor }, options)),
    );
  }

  /** Push notifications sent to a user: all records, or with `pages()` all pages; a page is fetched when its first record is needed. */
  iterUser(query: QueryUserRequest, options?: CallOptions): Pager<RecordPage, PushRecord> {
    const fetch = (cursor: string | undefined) =>
      this.queryUser({ limit: 100, ...query, ...(cursor === undefined ? {} : { cursor }) }, options);
    return new Pager(fetch, (page) => page.items, query.cursor);
  }

  /**
   * Push notifications of a campaign.
   *
   * Returns the records of one marketing campaign, newest first.
   */
  queryMarketing(query: QueryMarketingRequest, options?: CallOptions): Promise<RecordPage> {
    return this.call(QUERY_MARKETING, query, options).then((page) =>
      linked(page, (cursor) => this.queryMarketing({ marketing_id: query.marketing_id, limit: query.limit ?? null, cursor }, options)),
    );
  }

  /** Push notifications of a campaign: all records, or with `pages()` all pages; a page is fetched when its first record is needed. */
  iterMarketing(query: QueryMarketingRequest, options?: CallOptions): Pager<RecordPage, PushRecord> {
    const fetch = (cursor: string | undefined) =>
      this.queryMarketing({ limit: 1000, ...query, ...(cursor === undefined ? {} : { cursor }) }, options);
    return new Pager(fetch, (page) => page.items, query.cursor);
  }

  /**
   * Push notifications of a transaction.
   *
   * Returns the records of one transaction, in any state or in those of `status`. Each page is sorted newest first;
   * a later page may have newer records than the page before.
   */
  queryTransaction(query: QueryTransactionRequest, options?: CallOptions): Promise<RecordPage> {
    return this.call(QUERY_TRANSACTION, query, options).then((page) =>
      linked(page, (cursor) => this.queryTransaction({ transaction_id: query.transaction_id, limit: query.limit ?? null, cursor }, options)),
    );
  }

  /** Push notifications of a transaction: all records, or with `pages()` all pages; a page is fetched when its first record is needed. */
  iterTransaction(query: QueryTransactionRequest, options?: CallOptions): Pager<RecordPage, PushRecord> {
    const fetch = (cursor: string | undefined) =>
      this.queryTransaction({ limit: 1000, ...query, ...(cursor === undefined ? {} : { cursor }) }, options);
    return new Pager(fetch, (page) => page.items, query.cursor);
  }

  /**
   * Failed push notifications of a transaction.
   *
   * Returns the failed records of one transaction. Each page is sorted newest first; a later page may have newer
   * records than the page before.
   */
  queryFail(query: QueryFailRequest, options?: CallOptions): Promise<RecordPage> {
    return this.call(QUERY_FAIL, query, options).then((page) =>
      linked(page, (cursor) => this.queryFail({ transaction_id: query.transaction_id, limit: query.limit ?? null, cursor }, options)),
    );
  }

  /** Failed push notifications of a transaction: all records, or with `pages()` all pages; a page is fetched when its first record is needed. */
  iterFail(query: QueryFailRequest, options?: CallOptions): Pager<RecordPage, PushRecord> {
    const fetch = (cursor: string | undefined) =>
      this.queryFail({ limit: 1000, ...query, ...(cursor === undefined ? {} : { cursor }) }, options);
    return new Pager(fetch, (page) => page.items, query.cursor);
  }

  /**
   * Failed push notifications of a campaign.
   *
   * Returns the failed records of one marketing campaign. Each page is sorted newest first; a later page may have
   * newer records than the page before. Answers 503 while the platform team builds the index that this list is read
   * from.
   */
  queryMarketingFail(query: QueryMarketingFailRequest, options?: CallOptions): Promise<RecordPage> {
    return this.call(QUERY_MARKETING_FAIL, query, options).then((page) =>
      linked(page, (cursor) => this.queryMarketingFail({ marketing_id: query.marketing_id, limit: query.limit ?? null, cursor }, options)),
    );
  }

  /** Failed push notifications of a campaign: all records, or with `pages()` all pages; a page is fetched when its first record is needed. */
  iterMarketingFail(query: QueryMarketingFailRequest, options?: CallOptions): Pager<RecordPage, PushRecord> {
    const fetch = (cursor: string | undefined) =>
      this.queryMarketingFail({ limit: 1000, ...query, ...(cursor === undefined ? {} : { cursor }) }, options);
    return new Pager(fetch, (page) => page.items, query.cursor);
  }

  /**
   * Counts of a campaign.
   *
   * Counts the records of one marketing campaign by state, platform, reason and application, with `interval` over
   * time too. An answer counts as many records as fit into about 3 seconds, the newest first; the first answer
   * counts fewer and comes sooner. With a `next_cursor` there is more to count: add up the counts of all answers.
   * Send `created_to` (now, for example) with the first request, so that the sum is the exact count of a window that
   * does not change meanwhile.
   */
  summarizeMarketing(query: SummarizeMarketingRequest, options?: CallOptions): Promise<CampaignSummary> {
    return this.call(SUMMARIZE_MARKETING, query, options);
  }

  /**
   * Counts of a campaign: the sum of all answers of `summarizeMarketing`.
   *
   * The counts are those of a window that does not change meanwhile: `created_to` is the time of this call, unless it
   * is given.
   */
  async countMarketing(query: Omit<SummarizeMarketingRequest, "cursor">, options: CountOptions = {}): Promise<CampaignSummary> {
    const { progress, resume, ...others } = options;
    if (resume && !resume.next_cursor) return resume;
    const window = resume ? query : { ...query, created_to: query.created_to ?? Math.floor(this.now()) };
    const fetch = (cursor: string | undefined) =>
      this.summarizeMarketing({ ...window, ...(cursor === undefined ? {} : { cursor }) }, others);
    let sum = resume;
    for await (const page of new Pager(fetch, () => [], resume?.next_cursor).pages()) {
      sum = added(sum, page);
      progress?.(sum);
    }
    return sum as CampaignSummary;
  }

  /**
   * What became of a push to a user.
   *
   * Tells whether a user got the push of a transaction or a campaign and, if not, why and who has to act, with all
   * that is recorded of it. Send `user_id` and exactly one of `transaction_id` and `marketing_id`. The newest 1000
   * records of the user, or of the time window, are looked at.
   */
  explainPush(query: ExplainPushRequest, options?: CallOptions): Promise<PushExplanation> {
    return this.call(EXPLAIN_PUSH, query, options);
  }

  /**
   * State of the service.
   *
   * Answers 200 if the service accepts requests. Needs no key.
   */
  health(options?: CallOptions): Promise<Health> {
    return this.call(HEALTH, undefined, options);
  }
}
