// A query: stored in the fragment of the address, which browsers do not send, and converted to a request.

import { FIELDS } from "./fields.js";

/** What is looked up, and the operation that answers. */
export const KINDS = {
  user: operation("query_user"),
  campaign: operation("query_marketing"),
  transaction: operation("query_transaction"),
};
const PAGE = 100;
/** The view of a campaign that leaves out pushes with an answer. */
export const WAITING = "waiting";
const PARSERS = {
  list: (text) => text.split(",").filter(Boolean),
  text: (text) => text,
  number: wholeNumber,
  time: wholeNumber,
};

/**
 * Parse the query in a fragment; null if there is none. `faults` are the names and values of filters that the operation
 * does not have, or cannot have.
 */
export function fromFragment(fragment) {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""));
  const kind = Object.keys(KINDS).find((name) => parameters.get(name));
  if (!kind) return null;
  const query = { kind, id: parameters.get(kind), filters: {}, faults: [] };
  for (const [name, text] of parameters) {
    const isFilter = KINDS[kind].filters.includes(name);
    const value = isFilter ? PARSERS[FIELDS.filters[name].kind](text) : null;
    if (name === "state" && text === WAITING) query.state = text;
    else if (isFilter && value !== null && String(value) !== "") query.filters[name] = value;
    else if (name !== kind && name !== "lang") query.faults.push({ name, value: text });
  }
  return query;
}

/** Return the language that a fragment names. */
export function languageOfLink(fragment) {
  return new URLSearchParams(fragment.replace(/^#/, "")).get("lang");
}

/** Return the fragment of a query, for links; `lang` is part of a link whose language was chosen. */
export function toFragment({ kind, id, filters = {}, state }, lang = languageOfLink(location.hash)) {
  const parameters = new URLSearchParams({ [kind]: id });
  for (const [name, value] of Object.entries(filters)) parameters.set(name, String(value));
  if (state) parameters.set("state", state);
  if (lang) parameters.set("lang", lang);
  return `#${String(parameters).replaceAll("%2C", ",")}`;
}

/** Return the number of records in the largest page of a kind. */
export const largestPage = (kind) => KINDS[kind].largestPage;

/** Return the path and the body of the request for a page of a query. */
export function toRequest({ kind, id, filters }, cursor, limit = page(kind)) {
  const { field, path } = KINDS[kind];
  if (kind === "campaign" && isOfFailures(filters)) {
    const { status, ...others } = filters;
    return { path: FIELDS.operations.query_marketing_fail.path, body: body(field, id, others, cursor, limit) };
  }
  return { path, body: body(field, id, filters, cursor, limit) };
}

/** A transaction is in the order of states, so that the steps of a push may be far apart: it is read in large pages. */
function page(kind) {
  return kind === "transaction" ? largestPage(kind) : PAGE;
}

function body(field, id, filters, cursor, limit) {
  return { [field]: id, ...(cursor ? { cursor } : filters), limit };
}

/** Tell whether only failed records can pass the filters: they have an index of their own. */
function isOfFailures({ status, reason }) {
  return status ? status.length === 1 && status[0] === "FAILED" : Boolean(reason);
}

/** Tell whether the pages of a query are in the order of time. */
export function isByTime({ kind, filters }) {
  return kind === "user" || (kind === "campaign" && !isOfFailures(filters));
}

/** Return the request that explains a push of a user to whom the filters give a transaction or a campaign, or null. */
export function toExplanation({ kind, id, filters }) {
  const { transaction_id, marketing_id, created_from, created_to } = filters;
  if (kind !== "user" || Boolean(transaction_id) === Boolean(marketing_id)) return null;
  return {
    path: FIELDS.answers.explain_push.path,
    body: { user_id: id, transaction_id, marketing_id, created_from, created_to },
  };
}

/** Return the request that counts a campaign, or null if the query is of something else. */
export function toSummary({ kind, id, filters, state }) {
  const counted = ["ap_id", "created_from", "created_to"];
  if (kind !== "campaign" || state || Object.keys(filters).some((name) => !counted.includes(name))) return null;
  return { path: FIELDS.answers.summarize_marketing.path, body: { marketing_id: id, interval: "hour", ...filters } };
}

/** Return the curl command of a request. The command reads the API key from the environment. */
export function toCurl(api, { path, body }) {
  return [
    `curl --request POST ${quoted(api + path)}`,
    `--header 'content-type: application/json'`,
    `--header "x-api-key: $QUERY_SERVICE_API_KEY"`,
    `--data ${quoted(JSON.stringify(body))}`,
  ].join(" \\\n  ");
}

/** Return the command of the command line that downloads all records of a query. */
export function toCommand({ kind, id, filters }) {
  const options = Object.entries(filters).map(([name, value]) => {
    const option = { created_from: "since", created_to: "until" }[name] ?? name.replaceAll("_", "-");
    return `--${option} ${quoted(String(value))}`;
  });
  return ["push-records", kind, ...options, "--all --format csv --", quoted(id), "> records.csv"].join(" ");
}

function operation(name) {
  const { key, path, filters, max_length, largest_page } = FIELDS.operations[name];
  return { field: key, path, filters, maxLength: max_length, largestPage: largest_page };
}

function wholeNumber(text) {
  return /^\d{1,13}$/.test(text) ? Number(text) : null;
}

function quoted(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
