export * from "./client.js";
export * from "./errors.js";
export type { CallOptions, ClientOptions, Clock, RetryPolicy, SharedOptions } from "./options.js";
export { type Linked, Pager } from "./pages.js";
export type { components, operations, paths } from "./schema.js";
