// The search form: reads a query from the fields and writes it back.

import { byId, make } from "./dom.js";
import { FIELDS } from "./fields.js";
import { label, t } from "./language.js";
import { KINDS, WAITING } from "./query.js";
import { DAY_MS, endOf, fromField, toField } from "./time.js";

const form = byId("search");
const END = "created_to"; // its field names the last day, the filter the end of it

/** How each kind of filter is shown, read (null if it is empty) and written. */
const CONTROLS = {
  list: {
    show: (name, { values }) =>
      make(
        "fieldset",
        { class: "chips" },
        make("legend", { "data-name": name }),
        ...values.map((value) => chip(name, value)),
      ),
    read: (name) => {
      const chosen = boxes(name).filter(({ checked }) => checked);
      return chosen.length ? chosen.map(({ value }) => value) : null;
    },
    // A value that the contract does not name gets a chip of its own.
    write: (name, values = []) => {
      const known = boxes(name).map(({ value }) => value);
      shown.get(name).append(...values.filter((value) => !known.includes(value)).map((value) => chip(name, value)));
      for (const box of boxes(name)) box.checked = values.includes(box.value);
    },
  },
  text: {
    show: (name, { maxLength }) => {
      const list = `seen-${name}`;
      const field = field_(name, { maxlength: maxLength, spellcheck: "false", autocapitalize: "off", list });
      field.append(make("datalist", { id: list }));
      return field;
    },
    read: (name) => input(name).value.trim() || null,
    write: (name, value = "") => {
      if (input(name).value.trim() !== value) input(name).value = value;
    },
  },
  number: {
    show: (name) => field_(name, { type: "number", step: "1" }),
    read: (name) => (input(name).value === "" ? null : Number(input(name).value)),
    write: (name, value = "") => {
      input(name).value = value;
    },
  },
  time: {
    show: (name) => field_(name, { type: "date", min: "1970-01-02", max: "2286-11-19" }),
    // A field has no time of day: while it shows what was written, it means that moment.
    read: (name) => {
      const { value, dataset } = input(name);
      if (value && value === dataset.shown) return Number(dataset.moment);
      const start = fromField(value);
      return start !== null && name === END ? endOf(start, "day") : start;
    },
    write: (name, value) => {
      const field = input(name);
      field.value = value === undefined ? "" : toField(name === END ? value - 1 : value);
      Object.assign(field.dataset, { shown: field.value, moment: value });
    },
  },
};

const shown = new Map(
  Object.entries(FIELDS.filters).map(([name, filter]) => [name, CONTROLS[filter.kind].show(name, filter)]),
);
const times = Object.keys(FIELDS.filters).filter((name) => FIELDS.filters[name].kind === "time");
byId("dates").append(...times.map((name) => shown.get(name)));
byId("waiting-only").before(...[...shown].filter(([name]) => !times.includes(name)).map(([, element]) => element));

function chip(name, value) {
  return make("label", {}, make("input", { type: "checkbox", name, value }), make("span", { "data-name": value }));
}

function field_(name, attributes) {
  const id = `filter-${name}`;
  return make(
    "div",
    { class: "field" },
    make("label", { for: id, "data-name": name }),
    make("input", { id, name, autocomplete: "off", "aria-describedby": `${id}-fault`, ...attributes }),
    make("p", { class: "fault", id: `${id}-fault`, hidden: "" }),
  );
}

function input(name) {
  return byId(`filter-${name}`);
}

function boxes(name) {
  return [...shown.get(name).querySelectorAll("input")];
}

/** Return the query in the form; its id may be empty. */
export function read() {
  const kind = form.elements.kind.value;
  const filters = {};
  for (const name of KINDS[kind].filters) {
    const value = CONTROLS[FIELDS.filters[name].kind].read(name);
    if (value !== null) filters[name] = value;
  }
  const state = kind !== "user" && byId("waiting-box").checked ? WAITING : undefined;
  return { kind, id: byId("id").value.trim(), filters, state };
}

/** Return what is wrong with the dates, by field: a date that is not complete, or a start after the end. */
export function faults() {
  const found = {};
  for (const name of times) if (input(name).validity.badInput) found[name] = t("bad_date");
  const { created_from, created_to } = read().filters;
  if (created_from !== undefined && created_to !== undefined && created_from >= created_to) {
    found.created_from = t("bad_window");
  }
  return found;
}

/** Write a query into the form. */
export function fill({ kind, id, filters, state }) {
  form.elements.kind.value = kind;
  if (byId("id").value.trim() !== id) byId("id").value = id;
  for (const [name, filter] of Object.entries(FIELDS.filters)) CONTROLS[filter.kind].write(name, filters[name]);
  byId("waiting-box").checked = state === WAITING;
  const { created_from, created_to } = filters;
  const isAny = created_from === undefined && created_to === undefined;
  const isPreset = created_to === undefined && String(created_from) === form.dataset.from;
  form.elements.window.value = isAny ? "any" : isPreset ? form.dataset.preset : "custom";
  follow();
}

/** Choose the time window of a preset; the field of the last day is empty, so that newer records are found too. */
export function choose(preset) {
  if (preset === "custom") return;
  const from = preset === "any" ? undefined : Date.now() - Number(preset) * DAY_MS;
  CONTROLS.time.write("created_to", undefined);
  CONTROLS.time.write("created_from", from);
  Object.assign(form.dataset, { preset, from });
}

/** Update labels and filters for the kind of query and the language. */
export function follow() {
  const { kind, filters, state } = read();
  byId("id-label").textContent = t(`${kind}_id`);
  byId("id").maxLength = KINDS[kind].maxLength;
  for (const element of form.querySelectorAll("[data-name]")) element.textContent = label(element.dataset.name);
  for (const [name, element] of shown) element.hidden = !KINDS[kind].filters.includes(name);
  byId("waiting-only").hidden = kind === "user";
  byId("dates").hidden = form.elements.window.value !== "custom";
  const count = Object.keys(filters).filter((name) => !times.includes(name)).length + (state ? 1 : 0);
  byId("filter-count").hidden = count === 0;
  byId("filter-count").textContent = t("filters_on", { count });
}

/** Clear all filters. */
export function clearFilters() {
  const { kind, id } = read();
  fill({ kind, id, filters: {} });
}

/** Offer the values that records have in the fields of free text. */
export function offer(records) {
  for (const list of form.querySelectorAll("datalist")) {
    const name = list.id.replace("seen-", "");
    const known = new Set([...list.options].map(({ value }) => value));
    for (const value of new Set(records.map((record) => record[name]))) {
      if (value && !known.has(value)) list.append(make("option", { value }));
    }
  }
}

/** Mark invalid fields; `faults` maps field names to messages. Returns the first marked field. */
export function mark(faults) {
  let first = null;
  for (const note of form.querySelectorAll(".fault")) {
    const field = byId(note.id.replace("-fault", ""));
    const fault = faults[field.name] ?? "";
    note.textContent = fault;
    note.hidden = !fault;
    if (fault) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    if (fault) first ??= field;
  }
  if (first?.closest("details")) byId("filters").open = true;
  return first;
}
