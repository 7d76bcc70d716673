// Connects the parts of the page. The fragment of the address holds the query.

import { ask, Problem } from "./api.js";
import { copy } from "./copying.js";
import * as counting from "./counting.js";
import { byId, make } from "./dom.js";
import { download } from "./download.js";
import * as explanation from "./explain.js";
import * as form from "./form.js";
import * as language from "./language.js";
import * as list from "./list.js";
import * as problem from "./problem.js";
import {
  fromFragment,
  KINDS,
  languageOfLink,
  toCurl,
  toExplanation,
  toFragment,
  toRequest,
  toSummary,
} from "./query.js";
import * as settings from "./settings.js";
import { openSettings, whenSaved } from "./settings_form.js";
import { isUtc, setUtc, zone } from "./time.js";

const { t } = language;
const TYPING_MS = 300;
const views = new Map(); // by the key of the entry in the browser's history
let view = null;
let typing = 0;

const act = { copy, say, reveal, fail, where: settings.current, api: () => settings.current().api };

/** Show what the address asks for: as it was left after Back, else from a new answer. */
function lookUp() {
  if (view) view.scroll = scrollY;
  if (language.follow(languageOfLink(location.hash))) translate();
  const query = fromFragment(location.hash);
  const key = history.state?.key ?? `${Date.now()} ${views.size}`;
  history.replaceState({ key }, "");
  const before = views.get(key);
  view = query ? (before ?? list.create(query)) : null;
  if (view) views.set(key, view);
  show();
  scrollTo(0, view?.scroll ?? 0);
}

function show() {
  list.quiet();
  counting.quiet();
  const query = view?.query;
  for (const id of ["verdict", "download-state", "download", "to-summary"]) byId(id).hidden = true;
  byId("welcome").hidden = Boolean(query);
  byId("head").hidden = !query;
  document.title = query ? `${query.id} – ${t("title")}` : t("title");
  if (!query) {
    byId("records").replaceChildren();
    return;
  }
  form.fill(query);
  form.mark({});
  if (!byId("filters").contains(document.activeElement)) byId("filters").open = false;
  document.body.classList.add("answered");
  byId("subject-kind").textContent = t(query.kind);
  byId("subject").textContent = query.id;
  if (query.faults.length) {
    showFaults(query);
    return;
  }
  const summary = toSummary(query);
  byId("to-summary").hidden = query.kind !== "campaign" || summary !== null;
  byId("to-summary").href = toFragment({ kind: query.kind, id: query.id });
  const listed = list.show(view, act);
  explain(toExplanation(query));
  if (summary) counting.show(view, summary, settings.current, listed);
}

function showFaults(query) {
  for (const id of ["records", "others", "summary", "note"]) byId(id).replaceChildren();
  problem.showFaults(byId("problem"), query.faults, () => go(toFragment(query), { replace: true }));
}

async function explain(request) {
  const mine = view;
  if (!request) return;
  try {
    mine.explanation ??= await ask(settings.current(), request);
    if (mine === view) explanation.show(byId("verdict"), mine.explanation, mine.query);
  } catch (error) {
    if (!(error instanceof Problem)) throw error; // the list meets the same problem, and shows it
  }
}

/** Go to a fragment: a new entry in the history, or the same one with another query. */
function go(fragment, { replace = false } = {}) {
  if (!replace && fragment !== location.hash) {
    location.hash = fragment;
    return;
  }
  history.replaceState(null, "", fragment);
  lookUp();
}

function submit(event) {
  event.preventDefault();
  const wanted = form.read();
  const faults = { ...form.faults(), ...(wanted.id ? {} : { id: t("enter_id") }) };
  const first = form.mark(faults);
  if (first) first.focus();
  else go(toFragment(wanted));
}

/** Look up with the filters of the form, if there is an id and they are valid. */
function apply() {
  clearTimeout(typing);
  form.follow();
  const wanted = form.read();
  form.mark(form.faults());
  if (!view || !wanted.id || Object.keys(form.faults()).length) return;
  const fragment = toFragment(wanted);
  if (fragment !== location.hash) go(fragment, { replace: true });
}

function change({ target }) {
  if (target.name === "window") {
    form.choose(target.value);
    if (target.value === "custom") {
      form.follow();
      return byId("filter-created_from").focus();
    }
  }
  if (target.name !== "id" && target.name !== "kind") return apply();
  return form.follow();
}

function type({ target }) {
  clearTimeout(typing);
  if (target.name !== "id" && target.type === "text") typing = setTimeout(apply, TYPING_MS);
}

function fail(error) {
  const faults = error.errors.map(({ pointer }) => fieldOf(pointer));
  const first = form.mark(Object.fromEntries(faults.map((name) => [name, t(name === "id" ? "bad_id" : "bad_value")])));
  byId("summary").textContent = "";
  problem.show(byId("problem"), error, {
    again: () => list.further({ focus: true }),
    restart: () => go(location.hash, { replace: true }),
    settings: openSettings,
    copy,
  });
  say("");
  if (error.code === "unset") openSettings();
  else if (first) first.focus();
  else reveal(byId("problem"));
}

/** Return the name of the form's field for a field of the request. */
function fieldOf(pointer) {
  const name = String(pointer).replace(/^#\//, "").split("/")[0];
  return name === KINDS[view.query.kind].field ? "id" : name;
}

/** Scroll to an element that is below the form on a phone. */
function reveal(element) {
  if (element.getBoundingClientRect().top > innerHeight * 0.7) element.scrollIntoView();
}

function say(text) {
  byId("said").textContent = text;
}

async function save() {
  const { query, counts } = view;
  const expected = counts?.total && !counts.cursor && toSummary(query) ? counts.total.rows : undefined;
  try {
    await download(byId("download-state"), { where: settings.current(), query, expected, copy });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    fail(error);
  }
}

function translate() {
  language.translate();
  const other = language.other();
  Object.assign(byId("language"), { textContent: other === "en" ? "English" : "中文", lang: other });
  const { place, offset } = zone();
  byId("utc").title = t(isUtc() ? "to_local" : "to_utc");
  byId("utc").replaceChildren(...(place === "" ? [] : [make("span", { class: "place" }, `${place}, `)]), offset);
  form.follow();
}

function switchLanguage() {
  const other = language.other();
  const query = fromFragment(location.hash);
  history.replaceState(history.state, "", query ? toFragment(query, other) : `#lang=${other}`);
  language.follow(other);
  redraw();
}

/** Show the same view in another language or time zone, without new requests. */
function redraw() {
  const at = scrollY;
  translate();
  show();
  scrollTo(0, at);
}

function offerExamples(examples) {
  const links = Object.entries(examples ?? {}).filter(([kind]) => KINDS[kind]);
  byId("examples").hidden = links.length === 0;
  const texts = links.map(([kind, id]) => make("a", { href: toFragment({ kind, id }), class: "id" }, id));
  byId("example-links").append(...texts.flatMap((link, index) => [index ? ", " : "", link]));
}

byId("search").addEventListener("submit", submit);
byId("search").addEventListener("change", change);
byId("search").addEventListener("input", type);
byId("dates").addEventListener("focusout", () => form.mark(form.faults()));
byId("clear-filters").addEventListener("click", () => {
  form.clearFilters();
  apply();
});
byId("more").addEventListener("click", () => (byId("waiting").hidden ? list.further({ focus: true }) : list.stop()));
byId("copy-link").addEventListener("click", () => copy(location.href, t("link_copied")));
byId("copy-curl").addEventListener("click", () => copy(toCurl(act.api(), toRequest(view.query)), t("curl_copied")));
byId("download").addEventListener("click", save);
byId("language").addEventListener("click", switchLanguage);
byId("utc").addEventListener("click", () => {
  setUtc(!isUtc());
  redraw();
});
whenSaved(() => view && go(location.hash, { replace: true }));
byId("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the fragment holds the query
  byId("results").focus();
});
history.scrollRestoration = "manual";

language.follow(languageOfLink(location.hash));
translate();
offerExamples((await settings.load()).examples);
addEventListener("hashchange", lookUp); // not before: a query needs the settings
lookUp();
if (!view) byId("id").focus();
