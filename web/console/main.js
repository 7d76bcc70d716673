// Connects the parts of the page. The fragment of the address holds the query; only the newest query is shown.

import { fetchPage, Problem } from "./api.js";
import { byId, make } from "./dom.js";
import * as form from "./form.js";
import * as problem from "./problem.js";
import { fromFragment, KINDS, toCurl, toFragment } from "./query.js";
import { append } from "./records.js";
import * as settings from "./settings.js";
import { moment, zone } from "./time.js";

let query = null; // the query whose records are shown
let cursor = ""; // the next page of it
let shown = 0; // number of records
let searched = null; // how far a page without records has looked, in epoch milliseconds
let asking = new AbortController();

function lookUp() {
  query = fromFragment(location.hash);
  cursor = "";
  shown = 0;
  byId("records").replaceChildren();
  byId("welcome").hidden = query !== null;
  byId("head").hidden = query === null;
  document.title = query ? `${query.id} – Push records` : "Push records";
  if (!query) return quiet();
  form.fill(query);
  form.mark({});
  byId("subject-kind").textContent = KINDS[query.kind].title;
  byId("subject").textContent = query.id;
  byId("summary").textContent = "";
  return ask();
}

/** Request pages of the query until one has records, or the list ends. This cancels the request before it. */
async function ask({ focus = false } = {}) {
  quiet();
  const mine = new AbortController();
  asking = mine;
  const where = settings.current();
  try {
    if (!where.api || !where.key) throw new Problem({ code: "unset" });
    waitFor(true);
    let isEmpty = true;
    do {
      const page = await fetchPage(where, query, cursor, mine.signal);
      if (mine !== asking) return;
      isEmpty = page.items.length === 0;
      showPage(page, focus);
    } while (isEmpty && cursor);
  } catch (error) {
    if (mine !== asking || error.name === "AbortError") return;
    if (!(error instanceof Problem)) throw error;
    showProblem(error);
  } finally {
    if (mine === asking) waitFor(false);
  }
}

function quiet() {
  asking.abort();
  waitFor(false);
  problem.clear(byId("problem"));
  byId("more").hidden = true;
}

/** End the search; the button goes on where it ended. */
function stop() {
  quiet();
  byId("more").hidden = false;
  byId("more").textContent = "Look further";
  byId("more").focus();
}

function waitFor(isOn) {
  byId("waiting").hidden = !isOn;
  byId("results").setAttribute("aria-busy", String(isOn));
  if (isOn) say("Looking up …");
}

function showPage(page, focus) {
  const first = append(byId("records"), page.items, query);
  shown += page.items.length;
  cursor = page.next_cursor ?? "";
  byId("more").hidden = !cursor;
  byId("more").textContent = page.items.length ? "Show more" : "Stop";
  searched = page.searched_until ?? null;
  byId("summary").textContent = summary();
  say(`${summary()} ${query.kind} ${query.id}`);
  if (cursor && !first) return;
  if (focus) (first ?? byId("results")).focus();
  else reveal(byId("head"));
}

/** Scroll to an element that is below the form on a phone. */
function reveal(element) {
  if (element.getBoundingClientRect().top > innerHeight * 0.7) element.scrollIntoView();
}

function summary() {
  const filtered = Object.keys(query.filters).length > 0;
  if (shown) return `${shown} ${shown === 1 ? "record" : "records"}${cursor ? ", more to show" : ", all there are"}`;
  if (cursor) return searchedBack();
  const [invisible] = query.id.match(/(?! )[\p{Cf}\p{Zs}]/u) ?? [];
  if (invisible) {
    const code = invisible.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    return `No records. The id has an invisible character, U+${code}: type the id by hand.`;
  }
  return filtered
    ? "No records with these filters. Clear some, or widen the time window."
    : `No records. Check the id, and that it is that of a ${query.kind}.`;
}

function searchedBack() {
  const at = searched === null ? null : moment(searched);
  return at ? `Nothing found yet. Searched back to ${at.day}, ${at.local}.` : "Nothing found yet. The search goes on.";
}

function showProblem(error) {
  const faults = Object.fromEntries(error.errors.map(({ pointer, detail }) => [fieldOf(pointer), detail]));
  const first = form.mark(faults);
  byId("summary").textContent = "";
  problem.show(byId("problem"), error, {
    again: () => ask({ focus: true }),
    restart: lookUp,
    settings: openSettings,
    copy,
  });
  say("");
  if (first) first.focus();
  else reveal(byId("problem"));
}

/** Return the name of the form's field for a field of the request. */
function fieldOf(pointer) {
  const name = String(pointer).replace(/^#\//, "").split("/")[0];
  return name === KINDS[query.kind].field ? "id" : name;
}

function submit(event) {
  event.preventDefault();
  const wanted = form.read();
  if (!wanted.id) {
    form.mark({ id: `Enter a ${wanted.kind} id.` }).focus();
    return;
  }
  form.mark({});
  const fragment = toFragment(wanted);
  if (fragment === location.hash) lookUp();
  else location.hash = fragment;
}

function openSettings() {
  const { api, key } = settings.current();
  byId("api").value = api;
  byId("key").value = key;
  byId("settings").showModal();
}

function saveSettings() {
  settings.keep({ api: byId("api").value, key: byId("key").value });
  if (query) lookUp();
}

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    byId("by-hand-text").value = text;
    byId("by-hand").showModal();
    byId("by-hand-text").select();
  }
}

function toast(text) {
  byId("toast").textContent = text;
  setTimeout(() => byId("toast").replaceChildren(), 4000);
}

function say(text) {
  byId("said").textContent = text;
}

function offerExamples(examples) {
  const links = Object.entries(examples ?? {}).filter(([kind]) => KINDS[kind]);
  byId("examples").hidden = links.length === 0;
  byId("examples").append(
    "For instance ",
    ...links.flatMap(([kind, id], index) => [
      index ? ", " : "",
      make("a", { href: toFragment({ kind, id }), class: "id" }, id),
    ]),
  );
}

byId("search").addEventListener("submit", submit);
byId("search").addEventListener("input", form.follow);
byId("clear-filters").addEventListener("click", form.clearFilters);
byId("more").addEventListener("click", () => (byId("waiting").hidden ? ask({ focus: true }) : stop()));
byId("copy-link").addEventListener("click", () => copy(location.href, "Link copied"));
byId("copy-curl").addEventListener("click", () =>
  copy(toCurl(settings.current().api, query), "Command copied; it reads the key from QUERY_SERVICE_API_KEY"),
);
byId("open-settings").addEventListener("click", openSettings);
byId("close-settings").addEventListener("click", () => byId("settings").close());
byId("settings-form").addEventListener("submit", saveSettings);
byId("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the fragment holds the query
  byId("results").focus();
});
addEventListener("hashchange", lookUp);
for (const element of document.querySelectorAll(".zone")) element.textContent = zone();

offerExamples((await settings.load()).examples);
form.follow();
await lookUp();
if (!query) byId("id").focus();
