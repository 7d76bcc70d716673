// Asks for the pages of a query and shows their records as pushes. Only the newest query is shown.

import { ask, Problem } from "./api.js";
import { button, byId, make } from "./dom.js";
import * as form from "./form.js";
import { t } from "./language.js";
import * as problem from "./problem.js";
import { line } from "./push.js";
import { empty, fold, isWaiting } from "./pushes.js";
import { isByTime, KINDS, toFragment, toRequest } from "./query.js";
import { moment } from "./time.js";
import { filtersInWords } from "./words.js";

const SLOW_MS = 4000;
let view = null;
let act = null;
let elements = new Map(); // the lines by the keys of their pushes
let asking = new AbortController();
let slow = 0;

/** Return a view of a query, without an answer yet. */
export function create(query) {
  return { query, records: [], cursor: "", isStarted: false, searched: null, opened: new Set(), scroll: 0 };
}

/** Show a view, with what it already has, and ask for its first page if it has none. */
export function show(next, actions) {
  quiet();
  [view, act, elements] = [next, actions, new Map()];
  view.folded = empty();
  byId("records").replaceChildren();
  byId("others").replaceChildren();
  byId("summary").textContent = "";
  if (!view.isStarted) return further();
  draw(view.records);
  return finish();
}

/** Cancel the request under way. */
export function quiet() {
  asking.abort();
  waitFor(false);
  problem.clear(byId("problem"));
  byId("more").hidden = true;
}

/**
 * Ask for pages until one has pushes to show, or the list ends; waiting pushes of a transaction are known at its end only.
 * This cancels the request before it.
 */
export async function further({ focus = false } = {}) {
  quiet();
  const mine = new AbortController();
  asking = mine;
  const { query } = view;
  try {
    let first = null;
    do {
      waitFor(true);
      const page = await ask(act.where(), toRequest(query, view.cursor), mine.signal);
      if (mine !== asking) return;
      const fresh = take(page);
      first ??= fresh;
      finish();
      byId("more").textContent = t("stop");
    } while ((!first || isDecidedLater()) && view.cursor);
    byId("more").textContent = t("show_more");
    waitFor(false);
    if (focus) (first ?? byId("results")).focus();
    else act.reveal(byId("head"));
    if (!view.records.length) await others(mine);
  } catch (error) {
    if (mine !== asking || error.name === "AbortError") return;
    if (!(error instanceof Problem)) throw error;
    act.fail(error);
  } finally {
    if (mine === asking) waitFor(false);
  }
}

const isDecidedLater = () => Boolean(view.query.state) && !isByTime(view.query);

function take(page) {
  const items = Array.isArray(page.items) ? page.items : [];
  Object.assign(view, { isStarted: true, cursor: page.next_cursor ?? "", searched: page.searched_until ?? null });
  view.records = view.records.concat(items);
  form.offer(items);
  return draw(items);
}

/** Draw the pushes of records, and return the first line that is new, or null. */
function draw(records) {
  let first = null;
  for (const push of fold(view.folded, records)) {
    const old = elements.get(push.key);
    if (view.query.state && !isWaiting(push)) {
      old?.remove();
      elements.delete(push.key);
      continue;
    }
    const element = line(push, view.query, act, view.opened);
    elements.set(push.key, element);
    if (old) old.replaceWith(element);
    else byId("records").append(element);
    if (!old) first ??= element;
  }
  return first;
}

function finish() {
  byId("more").hidden = !view.cursor;
  byId("more").textContent = t("show_more");
  byId("summary").textContent = summary();
  byId("note").textContent = note();
  byId("download").hidden = !view.records.length;
  act.say(`${summary()} ${t(view.query.kind)} ${view.query.id}`);
}

function summary() {
  const counts = {
    pushes: t("pushes", { count: elements.size }),
    records: t("records", { count: view.records.length }),
  };
  const [more, all] = view.query.state ? ["waiting_more", "waiting_all"] : ["more_to_show", "all_shown"];
  if (elements.size) return t(view.cursor ? more : all, counts);
  if (view.cursor) return searchedBack();
  if (view.records.length) return t("none_waiting");
  const [invisible] = view.query.id.match(/(?! )[\p{Cf}\p{Zs}]/u) ?? [];
  if (invisible) {
    const code = invisible.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    return t("invisible", { code: `U+${code}` });
  }
  return t(isFiltered() ? "none_filtered" : "none");
}

function note() {
  const { status } = view.query.filters;
  const isCut = !isByTime(view.query) && Boolean(view.cursor);
  const texts = [];
  if (isFiltered()) texts.push(t("by_filters", { filters: filtersInWords(view.query.filters) }));
  if (isCut) texts.push(t("page_order"));
  if (status ? status.includes("SENT") && status.length < 3 : isCut) texts.push(t("later_state"));
  return texts.join(" ");
}

const isFiltered = () => Object.keys(view.query.filters).length > 0;

function searchedBack() {
  const at = view.searched === null ? null : moment(view.searched);
  return at ? t("searched_back", { time: at.full }) : t("searching");
}

/** Look whether the id is that of another kind, one request each, and offer the kinds that have records. */
async function others(mine) {
  const { id, kind } = view.query;
  if (isFiltered()) {
    byId("others").replaceChildren(make("a", { href: toFragment({ kind, id }) }, t("without_filters")));
    return;
  }
  const kinds = Object.keys(KINDS).filter((name) => name !== kind);
  const found = await Promise.all(
    kinds.map(async (name) => {
      const page = await ask(act.where(), toRequest({ kind: name, id, filters: {} }, "", 1), mine.signal);
      return page.items.length || page.next_cursor ? name : null;
    }),
  );
  if (mine !== asking) return;
  const links = found.filter(Boolean).map((name) => {
    const text = t("show_as", { kind: t(name).toLowerCase(), id });
    return make("a", { href: toFragment({ kind: name, id }), class: "offer" }, text);
  });
  if (summary() === t("none"))
    byId("summary").textContent = t(links.length ? "none_of_kind" : "none_anywhere", { kind: t(kind).toLowerCase() });
  byId("others").replaceChildren(...links);
  act.say(`${byId("summary").textContent} ${byId("others").textContent}`);
}

/** End the search; the button goes on where it ended. */
export function stop() {
  quiet();
  byId("more").hidden = false;
  byId("more").textContent = t("look_further");
  byId("more").focus();
}

/** Cancel a slow request. */
function cancel() {
  quiet();
  act.say(t("cancelled"));
  byId("summary").textContent = t("cancelled");
  byId("more").hidden = false;
  byId("more").textContent = t("try_again");
  byId("more").focus();
}

function waitFor(isOn) {
  clearTimeout(slow);
  byId("slow").replaceChildren();
  byId("waiting").hidden = !isOn;
  byId("results").setAttribute("aria-busy", String(isOn));
  if (!isOn) return;
  act.say(t("looking"));
  slow = setTimeout(() => {
    byId("slow").replaceChildren(t("still_looking"), " ", button(t("cancel"), cancel));
    act.say(t("still_looking"));
  }, SLOW_MS);
}
