// A query: stored in the fragment of the address, which browsers do not send, and converted to a request.

export const KINDS = {
  user: { label: "User id", title: "User", field: "user_id", path: "/query/user" },
  campaign: { label: "Campaign id", title: "Campaign", field: "marketing_id", path: "/query/marketing" },
  transaction: { label: "Transaction id", title: "Transaction", field: "transaction_id", path: "/query/fail" },
};
const LISTS = ["status", "platform"];
const TIMES = ["created_from", "created_to"];
const ROWS_PER_PAGE = 25;

/** Parse the query in a fragment; null if there is none. */
export function fromFragment(fragment) {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  const kind = Object.keys(KINDS).find((name) => parameters.get(name));
  if (!kind) return null;
  const query = { kind, id: parameters.get(kind), filters: {} };
  for (const name of LISTS) {
    const values = (parameters.get(name) ?? "").split(",").filter(Boolean);
    if (values.length) query.filters[name] = values;
  }
  if (parameters.get("ap_id")) query.filters.ap_id = parameters.get("ap_id");
  for (const name of TIMES) {
    if (/^\d{1,13}$/.test(parameters.get(name) ?? "")) query.filters[name] = Number(parameters.get(name));
  }
  return withoutForeign(query);
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
  return { path, body: { [field]: id, ...filters, limit: ROWS_PER_PAGE, ...(cursor && { cursor }) } };
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

/** Transactions list failures only: the operation has no status filter. */
function withoutForeign(query) {
  if (query.kind === "transaction") delete query.filters.status;
  return query;
}

function quoted(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
