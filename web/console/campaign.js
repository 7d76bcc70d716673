// Shows the counts of a campaign as cards, tables with bars, and a chart. Each number leads to its list.

import { bar, columns } from "./chart.js";
import { groups, merged, overTime, states } from "./counts.js";
import { button, byId, make } from "./dom.js";
import { label, number, t } from "./language.js";
import { toFragment, WAITING } from "./query.js";
import { endOf, moment } from "./time.js";
import { actor, chip, explained, named } from "./words.js";

const SHOWN_ROWS = 8;
const STATES = ["DELIVERED", "FAILED", "SENT"];
// The states of a push, and the part of a query that lists them.
const LISTS = { delivered: { status: ["DELIVERED"] }, failed: { status: ["FAILED"] }, waiting: {} };

/** Show the counts `total` of the campaign of a query in `panel`; the focus stays on its link. */
export function show(panel, total, query) {
  const focused = panel.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const open = [...panel.querySelectorAll("details[open], .whole")].map(({ id }) => id);
  panel.replaceChildren(cards(total, query), ...tables(total, query, open), ...chart(total, query, open));
  if (focused) [...panel.querySelectorAll("a")].find((a) => a.getAttribute("href") === focused)?.focus();
}

function cards(total, query) {
  const counted = states(total.cells);
  const share = (value) => (counted.pushes ? ` (${number(Math.round((value / counted.pushes) * 1000) / 10)} %)` : "");
  const card = (name, link) =>
    make(
      "li",
      { class: `card ${name}` },
      link,
      make("span", {}, `${t(`card_${name}`)}${name === "pushes" ? "" : share(counted[name])}`),
    );
  const all = make("a", { href: toFragment(query), class: "number" }, number(counted.pushes));
  all.addEventListener("click", (event) => {
    event.preventDefault(); // the list of all pushes is below
    byId("list").focus();
  });
  return make(
    "ul",
    { class: "cards", role: "list" },
    card("pushes", all),
    ...Object.keys(LISTS).map((name) => card(name, to(query, name, counted[name]))),
  );
}

/** Return a link to the pushes of a query in a state. */
function to(query, state, value) {
  const filters = { ...query.filters, ...LISTS[state] };
  const href = toFragment({ ...query, filters, ...(state === "waiting" ? { state: WAITING } : {}) });
  return make("a", { href, class: "number" }, number(value));
}

function tables({ cells, transactions }, query, open) {
  const platforms = groups(cells, "platform");
  const ofPlatform = ({ value }) => ({ ...query, filters: { ...query.filters, platform: [value] } });
  const ofTransaction = ({ value }) => ({ kind: "transaction", id: value, filters: query.filters });
  const nameOf = ({ value }) => named("platform", value);
  const transactionRows = transactions ? groups(transactions, "transaction_id") : [];
  const byPlatform = stateTable("by_platform", "platform", platforms, ofPlatform, nameOf);
  const byTransaction = stateTable(
    "by_transaction",
    "transaction",
    transactionRows,
    ofTransaction,
    ({ value }) => value,
  );
  const blocks = [
    block("platform", byPlatform, open),
    block("transaction", byTransaction, open),
    transactions ? null : make("p", { class: "block soft" }, t("too_many_transactions")),
  ];
  return [
    make("div", { class: "column" }, ...blocks),
    make("div", { class: "column" }, block("reason", reasonTable(cells, query), open)),
  ];
}

/** Return a table with its first rows, and a button for all of them. */
function block(name, table, open) {
  if (!table) return null;
  const id = `by-${name}`;
  const element = make("section", { class: "block", id }, table);
  const rows = [...table.querySelectorAll("tbody tr")];
  const rest = open.includes(id) ? [] : rows.slice(SHOWN_ROWS);
  if (open.includes(id)) element.classList.add("whole");
  for (const row of rest) row.hidden = true;
  if (rest.length) {
    const more = button(
      t("more_rows", { count: rows.length }),
      () => {
        element.classList.add("whole");
        for (const row of rest) row.hidden = false;
        rest[0].querySelector("a")?.focus();
        more.remove();
      },
      { class: "quiet small" },
    );
    element.append(more);
  }
  return element;
}

function stateTable(title, first, rows, queryOf, nameOf) {
  if (!rows.length) return null;
  const most = Math.max(...rows.map(({ pushes }) => pushes), 1);
  const body = rows.map((row) => {
    const parts = Object.keys(LISTS).map((name) => [name, row[name]]);
    const query = row.value === undefined ? null : queryOf(row);
    const head = query ? make("a", { href: toFragment(query) }, nameOf(row)) : t("none_known");
    const cell = (name) => make("td", { class: "figure" }, query ? to(query, name, row[name]) : number(row[name]));
    return make(
      "tr",
      {},
      make("th", { scope: "row", class: first === "transaction" ? "id" : null }, head),
      make("td", { class: "bars" }, bar(parts, most)),
      ...Object.keys(LISTS).map(cell),
    );
  });
  const names = { delivered: "DELIVERED", failed: "FAILED" };
  const heads = Object.keys(LISTS).map((name) =>
    make("th", { scope: "col" }, names[name] ? chip(names[name]) : waitingChip()),
  );
  return table(
    title,
    [make("th", { scope: "col" }, t(first === "platform" ? "label.platform" : first)), make("td", {}), ...heads],
    body,
  );
}

function waitingChip() {
  return make("span", { class: "chip sent" }, make("span", { "aria-hidden": "true" }, "→"), t("state_waiting"));
}

function table(title, heads, body, id = null) {
  return make(
    "table",
    { id },
    make("caption", {}, t(title)),
    make("thead", {}, make("tr", {}, ...heads)),
    make("tbody", {}, ...body),
  );
}

function reasonTable(cells, query) {
  const failed = cells.filter(({ status }) => status === "FAILED");
  const rows = merged(failed, ({ reason }) => ({ reason })).sort((one, two) => two.rows - one.rows);
  if (!rows.length) return null;
  const body = rows.map(({ reason, rows: count }) => {
    const said = explained(reason);
    const href = toFragment({ ...query, filters: { ...query.filters, reason: [reason] } });
    return make(
      "tr",
      {},
      make(
        "th",
        { scope: "row" },
        reason ? make("a", { href }, named("reason", reason)) : t("none_known"),
        make("span", { class: "soft" }, said?.means ?? ""),
      ),
      make("td", { class: "bars" }, bar([["failed", count]], rows[0].rows)),
      make("td", { class: "figure" }, reason ? make("a", { href, class: "number" }, number(count)) : number(count)),
      make("td", {}, said ? actor(said.actor) : ""),
    );
  });
  const heads = [t("label.reason"), null, chip("FAILED"), t("who_acts")];
  return table(
    "by_reason",
    heads.map((head) => make(head ? "th" : "td", head ? { scope: "col" } : {}, head)),
    body,
  );
}

function chart({ series }, query, open) {
  const found = overTime(series);
  if (!found) return [];
  const { unit, points } = found;
  const seen = STATES.filter((state) => points.some((point) => point[state]));
  const form = unit === "hour" ? "short" : "day";
  const [from, to] = [points[0].start, points.at(-1).start].map((start) => moment(start)?.[form] ?? String(start));
  const most = Math.max(...points.map((point) => seen.reduce((sum, state) => sum + (point[state] ?? 0), 0)));
  const day = 24 * 3_600_000;
  const rows = points.map((point) => {
    const filters = { ...query.filters, created_from: point.start, created_to: endOf(point.start, unit) };
    const head = make("a", { href: toFragment({ ...query, filters }) }, moment(point.start)?.[form] ?? "");
    const listOf = (state) => toFragment({ ...query, filters: { ...filters, status: [state] } });
    const figure = (state) => make("a", { href: listOf(state), class: "number" }, number(point[state] ?? 0));
    const counts = seen.map((state) => make("td", { class: "figure" }, figure(state)));
    return make("tr", {}, make("th", { scope: "row" }, head), ...counts);
  });
  const heads = [
    make("th", { scope: "col" }, t(unit)),
    ...seen.map((state) => make("th", { scope: "col" }, chip(state))),
  ];
  const whole = make(
    "details",
    { id: "over-time-table" },
    make("summary", {}, t("as_table")),
    table("over_time", heads, rows),
  );
  if (open.includes(whole.id)) whole.open = true;
  return [
    make(
      "section",
      { class: "block wide" },
      make("h3", {}, t("over_time")),
      make(
        "p",
        { class: "legend" },
        ...seen.map((state) => make("span", { class: `key ${state.toLowerCase()}` }, label(state))),
        make("span", { class: "soft" }, t("highest", { records: t("records", { count: most }) })),
      ),
      columns(points, seen, unit === "hour" ? day / 24 : day, t("chart_of", { from, to })),
      make("p", { class: "axis soft" }, make("span", {}, from), make("span", {}, to)),
      whole,
    ),
    make("p", { class: "block wide soft" }, t("counted_how")),
  ];
}
