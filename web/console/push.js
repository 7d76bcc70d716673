// Shows one push as a line that opens to its steps, its reason and what can be done with it.

import { button, make } from "./dom.js";
import { FIELDS } from "./fields.js";
import { label, t } from "./language.js";
import { KINDS, toCurl, toFragment } from "./query.js";
import { duration, moment, relative } from "./time.js";
import { actor, chip, explained, named, stored, time } from "./words.js";

// Properties of a record that have a place of their own; any other is a fact beside the steps.
const PLACED = [
  ...["created_at", "status", "notification_title", "error_msg", "reason", "platform"],
  ...Object.values(KINDS).map(({ field }) => field),
];
let lines = 0;
const FACTS = Object.keys(FIELDS.record).filter((name) => !PLACED.includes(name));

/** Return the line of a push. `act` has `copy`, and `api` for the curl command; `opened` holds the keys of open ones. */
export function line(push, query, act, opened) {
  const { last } = push;
  const id = `push-${++lines}`;
  const panel = make("div", { class: "panel", id, hidden: "" });
  const toggle = button(
    "",
    () => {
      const isOpen = toggle.getAttribute("aria-expanded") === "true";
      show(!isOpen);
    },
    { class: "line", "aria-expanded": "false", "aria-controls": id },
  );
  toggle.append(
    time(last.created_at, "short", { class: "when" }),
    chip(last.status),
    last.notification_title
      ? stored("span", last.notification_title, { class: "title" })
      : make("span", { class: "title soft" }, last.reason ? label(last.reason) : "–"),
    make("span", { class: "platform" }, last.platform ? named("platform", last.platform) : ""),
  );
  function show(isOpen) {
    toggle.setAttribute("aria-expanded", String(isOpen));
    panel.hidden = !isOpen;
    if (isOpen) opened.add(push.key);
    else opened.delete(push.key);
    if (isOpen && !panel.hasChildNodes()) panel.append(...details(push, query, act));
  }
  if (opened.has(push.key)) show(true);
  return make(
    "li",
    { class: "record", tabindex: "-1" },
    toggle,
    make("p", { class: "ids" }, ...others(push, query)),
    panel,
  );
}

/** Return links to the other ids of a push. */
function others({ last }, query) {
  const kind = query.kind === "user" ? "transaction" : "user";
  return last[KINDS[kind].field] ? [link(kind, last[KINDS[kind].field])] : [];
}

function link(kind, id, text = id) {
  return make("a", { href: toFragment({ kind, id }), class: text === id ? "id" : null, title: t(kind) }, text);
}

function details(push, query, act) {
  const { steps, last } = push;
  return [
    make("ol", { class: "steps", "aria-label": t("steps"), role: "list" }, ...steps.map((_, at) => step(steps, at))),
    last.error_msg || last.reason ? failure(last) : null,
    facts(last),
    make("p", { class: "links" }, ...links(last, query)),
    make(
      "p",
      { class: "buttons" },
      copier("copy_id", () => last.transaction_id ?? last.user_id, "id_copied", act),
      copier("copy_text", () => ticket(push), "text_copied", act),
      copier("copy_curl", () => toCurl(act.api(), requestOf(last)), "curl_copied", act),
    ),
    make(
      "details",
      { class: "raw" },
      make("summary", {}, t("raw_json")),
      make("pre", { tabindex: "0" }, JSON.stringify(steps, null, 2)),
    ),
  ].filter(Boolean);
}

function copier(key, text, done, act) {
  return button(t(key), () => act.copy(text(), t(done)), { class: "quiet small" });
}

/** Return the day and clock time of a step, its state, and the time since the step before. */
function step(steps, at) {
  const { created_at, status } = steps[at];
  const since = at > 0 ? created_at - steps[at - 1].created_at : null;
  return make(
    "li",
    {},
    time(created_at, at > 0 && isSameDay(steps, at) ? "clock" : "full", { class: "clock" }),
    chip(status),
    since === null
      ? make("span", { class: "soft" }, ago(created_at))
      : make("span", {}, t("later", { time: duration(since) })),
  );
}

function ago(created_at) {
  return moment(created_at) ? relative(created_at) : "";
}

function isSameDay(steps, at) {
  return moment(steps[at].created_at)?.day === moment(steps[at - 1].created_at)?.day;
}

function failure({ reason, error_msg }) {
  const said = explained(reason);
  const entries = said
    ? [
        ["who_acts", actor(said.actor)],
        ["tell_user", said.tell],
      ]
    : [];
  return make(
    "div",
    { class: "failure" },
    make("p", { class: "reason" }, make("strong", {}, reason ? named("reason", reason) : ""), ` ${said?.means ?? ""}`),
    make("dl", {}, ...entries.flatMap(([key, text]) => [make("dt", {}, t(key)), make("dd", {}, text)])),
    error_msg
      ? make(
          "p",
          { class: "error" },
          make("span", { class: "of" }, t("provider_says")),
          " ",
          stored("span", error_msg, { lang: "en" }),
        )
      : null,
  );
}

function facts(record) {
  const present = FACTS.filter((name) => record[name] !== undefined && record[name] !== "");
  if (!present.length) return null;
  return make(
    "p",
    { class: "facts" },
    ...present.map((name) => make("span", { class: "fact" }, fact(name, record[name]))),
  );
}

function fact(name, value) {
  return `${label(name)} ${name.endsWith("_ts") ? (moment(value)?.full ?? value) : value}`;
}

function links(record, query) {
  const present = Object.entries(KINDS).filter(([kind, { field }]) => kind !== query.kind && record[field]);
  const all = present.map(([kind, { field }]) =>
    link(kind, record[field], t("all_of", { kind: t(kind).toLowerCase(), id: record[field] })),
  );
  const filters =
    query.filters.transaction_id === record.transaction_id ? null : { transaction_id: record.transaction_id };
  const asked = record.transaction_id && record.user_id && filters;
  const explain = asked
    ? make("a", { href: toFragment({ kind: "user", id: record.user_id, filters }) }, t("explain"))
    : null;
  return explain ? [explain, ...all] : all;
}

/** Return a request that answers the push: its explanation, or the records of its user. */
function requestOf({ user_id, transaction_id }) {
  if (transaction_id === undefined) return { path: KINDS.user.path, body: { user_id } };
  return { path: FIELDS.answers.explain_push.path, body: { user_id, transaction_id } };
}

/** Return the push as lines of text, with times in UTC. */
function ticket({ steps, last }) {
  const said = explained(last.reason);
  const ids = Object.entries(KINDS).filter(([, { field }]) => last[field]);
  return [
    ...ids.map(([kind, { field }]) => `${t(kind)}: ${last[field]}`),
    ...(last.platform ? [`${label("platform")}: ${named("platform", last.platform)}`] : []),
    ...steps.map(
      ({ created_at, status }) => `${moment(created_at)?.utc ?? created_at} ${named("status", status) ?? ""}`,
    ),
    ...(last.reason ? [`${label("reason")}: ${last.reason}. ${said?.means ?? ""}`] : []),
    ...(said ? [`${t("who_acts")}: ${actor(said.actor)}`] : []),
    ...(last.error_msg ? [`${t("provider_says")}: ${last.error_msg}`] : []),
  ].join("\n");
}
