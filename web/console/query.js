// A query: stored in the fragment of the address, which browsers do not send, and converted to a request.

import { FIELDS } from "./fields.js";

/** What is looked up: the words of the page, and the operation that answers. */
export const KINDS = {
  user: { label: "User id", title: "User", ...operation("query_user") },
  campaign: { label: "Campaign id", title: "Campaign", ...operation("query_marketing") },
  transaction: { label: "Transaction id", title: "Transaction", ...operation("query_transaction") },
};
const ROWS_PER_PAGE = 25;
const PARSERS = {
  list: (text) => (text ? text.split(",").filter(Boolean) : null),
  text: (text) => text || null,
  number: wholeNumber,
  time: wholeNumber,
};

/** Parse the query in a fragment; null if there is none. Filters that the operation does not have are left out. */
export function fromFragment(fragment) {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  const kind = Object.keys(KINDS).find((name) => parameters.get(name));
  if (!kind) return null;
  const filters = {};
  for (const name of KINDS[kind].filters) {
    const value = PARSERS[FIELDS.filters[name].kind](parameters.get(name) ?? "");
    if (value !== null) filters[name] = value;
  }
  return { kind, id: parameters.get(kind), filters };
}

/** Return the fragment of a query, for links. */
export function toFragment({ kind, id, filters = {} }) {
  const parameters = new URLSearchParams({ [kind]: id });
  for (const [name, value] of Object.entries(filters)) parameters.set(name, String(value));
  return `#${String(parameters).replaceAll("%2C", ",")}`;
}

/** Return the path and the body of the request for a page of a query. */
export function toRequest({ kind, id, filters }, cursor) {
  const { field, path } = KINDS[kind];
  return { path, body: { [field]: id, ...(cursor ? { cursor } : filters), limit: ROWS_PER_PAGE } };
}

/** Return the curl command of a query. The command reads the API key from the environment. */
export function toCurl(api, query) {
  const { path, body } = toRequest(query);
  return [
    `curl --request POST ${quoted(api + path)}`,
    `--header 'content-type: application/json'`,
    `--header "x-api-key: $QUERY_SERVICE_API_KEY"`,
    `--data ${quoted(JSON.stringify(body))}`,
  ].join(" \\\n  ");
}

function operation(name) {
  const { key, path, filters, max_length } = FIELDS.operations[name];
  return { field: key, path, filters, maxLength: max_length };
}

function wholeNumber(text) {
  return /^\d{1,13}$/.test(text) ? Number(text) : null;
}

function quoted(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
