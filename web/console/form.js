// The search form: reads a query from the fields and writes it back.

import { byId, make } from "./dom.js";
import { FIELDS } from "./fields.js";
import { label } from "./labels.js";
import { KINDS } from "./query.js";
import { fromField, toField } from "./time.js";

const DAY_MS = 86_400_000;
const form = byId("search");

/** How each kind of filter is shown, read (null if it is empty) and written. */
const CONTROLS = {
  list: {
    show: (name, { values }) =>
      make(
        "fieldset",
        { class: "chips" },
        make("legend", {}, label(name)),
        ...values.map((value) => chip(name, value)),
      ),
    read: (name) => {
      const chosen = boxes(name).filter(({ checked }) => checked);
      return chosen.length ? chosen.map(({ value }) => value) : null;
    },
    write: (name, values = []) => {
      for (const box of boxes(name)) box.checked = values.includes(box.value);
    },
  },
  text: {
    show: (name, { maxLength }) =>
      field(name, [], { maxlength: maxLength, spellcheck: "false", autocapitalize: "off" }),
    read: (name) => input(name).value.trim() || null,
    write: (name, value = "") => {
      input(name).value = value;
    },
  },
  number: {
    show: (name) => field(name, [], { type: "number", step: "1" }),
    read: (name) => (input(name).value === "" ? null : Number(input(name).value)),
    write: (name, value = "") => {
      input(name).value = value;
    },
  },
  time: {
    show: (name, { maximum }) =>
      field(name, [" ", make("span", { class: "zone" })], {
        type: "datetime-local",
        step: "1",
        min: "1970-01-02T00:00",
        max: `${new Date(maximum - DAY_MS).toISOString().slice(0, 11)}00:00`,
      }),
    // A field has no milliseconds and no offset: while it shows what was written, it means that moment.
    read: (name) => {
      const { value, dataset } = input(name);
      return value && value === dataset.shown ? Number(dataset.moment) : fromField(value);
    },
    write: (name, value) => {
      const field = input(name);
      field.value = value === undefined ? "" : toField(value);
      Object.assign(field.dataset, { shown: field.value, moment: value }); // the browser shortens the value
    },
  },
};

const shown = new Map(
  Object.entries(FIELDS.filters).map(([name, filter]) => [name, CONTROLS[filter.kind].show(name, filter)]),
);
byId("clear-filters").before(...shown.values());

function chip(name, value) {
  return make("label", {}, make("input", { type: "checkbox", name, value }), make("span", {}, label(value)));
}

function field(name, more, attributes) {
  const id = `filter-${name}`;
  return make(
    "div",
    { class: "field" },
    make("label", { for: id }, label(name), ...more),
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
  return { kind, id: byId("id").value.trim(), filters };
}

/** Write a query into the form. */
export function fill({ kind, id, filters }) {
  form.elements.kind.value = kind;
  byId("id").value = id;
  for (const [name, filter] of Object.entries(FIELDS.filters)) CONTROLS[filter.kind].write(name, filters[name]);
  byId("filters").open = Object.keys(filters).length > 0 || byId("filters").contains(document.activeElement);
  follow();
}

/** Update labels and filters for the kind of query. */
export function follow() {
  const { kind, filters } = read();
  byId("id-label").textContent = KINDS[kind].label;
  byId("id").maxLength = KINDS[kind].maxLength;
  for (const [name, element] of shown) element.hidden = !KINDS[kind].filters.includes(name);
  const count = Object.keys(filters).length;
  byId("filter-count").hidden = count === 0;
  byId("filter-count").textContent = `${count} on`;
}

/** Clear all filters. */
export function clearFilters() {
  const { kind, id } = read();
  fill({ kind, id, filters: {} });
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
