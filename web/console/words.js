// Says in words what records hold: states, reasons and who has to act.

import { make } from "./dom.js";
import { FIELDS } from "./fields.js";
import { known, label, languageOf, t } from "./language.js";
import { moment, relative } from "./time.js";

const SIGNS = { DELIVERED: "✓", FAILED: "✕", SENT: "→" };
const ACTORS = {
  TOKEN_UNREGISTERED: "APP",
  TOKEN_INVALID: "SENDER",
  TOKEN_MISMATCH: "SENDER",
  CREDENTIALS_INVALID: "PLATFORM_TEAM",
  PAYLOAD_TOO_LARGE: "SENDER",
  PAYLOAD_INVALID: "SENDER",
  CONTENT_REFUSED: "SENDER",
  REQUEST_INVALID: "SENDER",
  UNKNOWN: "PLATFORM_TEAM",
};

/** Return what a reason means, who acts and what to tell the user; null for a reason that this page does not know. */
export function explained(reason) {
  const means = known(`reason.${reason}.means`);
  if (!means) return null;
  return { means, actor: ACTORS[reason] ?? "NOBODY", tell: t(`reason.${reason}.tell`) };
}

/** Return the words for who has to act. */
export const actor = (name) => known(`actor.${name}`) ?? name;

/** Return the label of a known value; any other value is shown as it is stored. */
export function named(property, value) {
  return isKnown(property, value) ? label(value) : value;
}

/** Tell whether the contract names a value. */
export function isKnown(property, value) {
  return FIELDS.record[property].values?.includes(value) ?? false;
}

/** Return filters as words: their names and values. */
export function filtersInWords(filters) {
  return Object.entries(filters)
    .map(([name, value]) => `${label(name)} ${inWords(name, value)}`)
    .join("; ");
}

function inWords(name, value) {
  const { kind } = FIELDS.filters[name];
  if (kind === "list") return value.map((one) => named(name, one)).join(", ");
  const at = name === "created_to" ? value - 1 : value; // the filter is the end of the last day
  return kind === "time" ? (moment(at)?.full ?? value) : value;
}

/** Return the mark of a state. */
export function chip(status) {
  const sign = Object.hasOwn(SIGNS, status ?? "") ? SIGNS[status] : "•";
  const kind = isKnown("status", status) ? status.toLowerCase() : "other";
  const text = named("status", status) || t("no_status");
  return make("span", { class: `chip ${kind}` }, make("span", { "aria-hidden": "true" }, sign), text);
}

/** Return a stored text in an element with its language. */
export function stored(name, text, attributes = {}) {
  const lang = languageOf(text);
  return make(name, { dir: "auto", ...(lang ? { lang } : {}), ...attributes }, text);
}

/** Return a time element; `form` is a form of `moment`. */
export function time(milliseconds, form, attributes = {}) {
  const at = moment(milliseconds);
  if (!at) return make("span", attributes, String(milliseconds));
  return make("time", { datetime: at.iso, title: `${at.utc}, ${relative(milliseconds)}`, ...attributes }, at[form]);
}
