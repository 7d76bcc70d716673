// Shows records as a list by day, in the order of the pages.

import { make } from "./dom.js";
import { FIELDS } from "./fields.js";
import { label } from "./labels.js";
import { KINDS, toFragment } from "./query.js";
import { moment } from "./time.js";

const SIGNS = { DELIVERED: "✓", FAILED: "✕", SENT: "→" };
// Properties of a record that have a place of their own; any other is a fact beside the status.
const PLACED = [
  "created_at",
  "status",
  "notification_title",
  "error_msg",
  ...Object.values(KINDS).map(({ field }) => field),
];
const FACTS = Object.keys(FIELDS.record).filter((name) => !PLACED.includes(name));
const SELF_EVIDENT = ["platform", "ap_id", "reason"];
const UNKNOWN_DAY = "Time unknown";

/** Add records to the days in `list`. Returns the first record added, or null. */
export function append(list, records, query) {
  let first = null;
  for (const record of records) {
    const element = item(record, query);
    dayOf(list, moment(record.created_at)?.day ?? UNKNOWN_DAY).append(element);
    first ??= element;
  }
  return first;
}

/** Return the list of a day; append a new one if the last list is of another day. */
function dayOf(list, day) {
  if (list.lastElementChild?.dataset.day !== day) {
    list.append(make("section", { class: "day", "data-day": day }, make("h3", {}, day), make("ol", { role: "list" })));
  }
  return list.lastElementChild.querySelector("ol");
}

function item(record, query) {
  return make(
    "li",
    { class: "record", tabindex: "-1" },
    when(record.created_at),
    make(
      "div",
      { class: "what" },
      make("p", { class: "facts" }, chip(record.status), ...facts(record)),
      record.notification_title ? make("p", { class: "title", dir: "auto" }, record.notification_title) : null,
      record.error_msg ? make("p", { class: "error", dir: "auto" }, record.error_msg) : null,
      make("p", { class: "ids" }, ...others(record, query)),
    ),
  );
}

function when(createdAt) {
  const at = moment(createdAt);
  if (!at) return make("p", { class: "when" }, make("span", { class: "local" }, String(createdAt)));
  return make(
    "p",
    { class: "when" },
    make("time", { class: "local", datetime: at.iso, title: at.iso }, at.local),
    make("span", { class: "utc" }, at.utc),
  );
}

function chip(status) {
  const sign = Object.hasOwn(SIGNS, status) ? SIGNS[status] : "•";
  const kind = isKnown("status", status) ? status.toLowerCase() : "other";
  const text = named("status", status) || "No status";
  return make("span", { class: `chip ${kind}` }, make("span", { "aria-hidden": "true" }, sign), text);
}

function facts(record) {
  const present = FACTS.filter((name) => record[name] !== undefined && record[name] !== "");
  return present.map((name) => make("span", { class: "fact", title: label(name) }, said(name, record[name])));
}

/** Return the text of a fact: a value that speaks for itself, or the label and the value. */
function said(name, value) {
  if (SELF_EVIDENT.includes(name)) return String(named(name, value));
  return `${label(name)} ${name.endsWith("_ts") ? (moment(value)?.local ?? value) : value}`;
}

/** Return the label of a known value; any other value is shown as it is stored. */
function named(property, value) {
  return isKnown(property, value) ? label(value) : value;
}

function isKnown(property, value) {
  return FIELDS.record[property].values?.includes(value) ?? false;
}

/** Return links to the other ids of a record. */
function others(record, query) {
  const present = Object.entries(KINDS).filter(([kind, { field }]) => kind !== query.kind && record[field]);
  return present.map(([kind, { title, field }]) =>
    make(
      "span",
      {},
      make("span", { class: "of" }, title),
      make("a", { href: toFragment({ kind, id: record[field] }), class: "id" }, record[field]),
    ),
  );
}
