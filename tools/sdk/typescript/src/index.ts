export * from "./client.js";
export * from "./errors.js";
export type { CallOptions, ClientOptions, Clock, RetryPolicy } from "./options.js";
export { Pager } from "./pages.js";
export type { components, operations, paths } from "./schema.js";
