// Shows records as a list by day, in the order of the pages.

import { make } from "./dom.js";
import { KINDS, toFragment } from "./query.js";
import { moment } from "./time.js";

const STATUSES = {
  DELIVERED: { label: "Delivered", sign: "✓" },
  FAILED: { label: "Failed", sign: "✕" },
  SENT: { label: "Sent", sign: "→" },
};
const PLATFORMS = { IOS: "iOS", ANDROID: "Android", WEBPUSH: "Web" };
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
  const known = Object.hasOwn(STATUSES, status) ? STATUSES[status] : { label: status || "No status", sign: "•" };
  const kind = Object.hasOwn(STATUSES, status) ? status.toLowerCase() : "other";
  return make("span", { class: `chip ${kind}` }, make("span", { "aria-hidden": "true" }, known.sign), known.label);
}

function facts({ platform, ap_id: application }) {
  const named = Object.hasOwn(PLATFORMS, platform ?? "") ? PLATFORMS[platform] : platform;
  return [named, application].filter(Boolean).map((text) => make("span", { class: "fact" }, text));
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
