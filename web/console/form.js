// The search form: reads a query from the fields and writes it back.

import { byId } from "./dom.js";
import { KINDS } from "./query.js";
import { fromField, toField } from "./time.js";

const form = byId("search");
const TIMES = ["created_from", "created_to"];

/** Return the query in the form; its id may be empty. */
export function read() {
  const kind = form.elements.kind.value;
  const filters = {};
  for (const name of kind === "transaction" ? ["platform"] : ["status", "platform"]) {
    const chosen = [...form.querySelectorAll(`[name=${name}]:checked`)].map(({ value }) => value);
    if (chosen.length) filters[name] = chosen;
  }
  if (byId("ap_id").value.trim()) filters.ap_id = byId("ap_id").value.trim();
  for (const name of TIMES) {
    const milliseconds = fromField(byId(name).value);
    if (milliseconds !== null) filters[name] = milliseconds;
  }
  return { kind, id: byId("id").value.trim(), filters };
}

/** Write a query into the form. */
export function fill({ kind, id, filters }) {
  form.elements.kind.value = kind;
  byId("id").value = id;
  for (const box of form.querySelectorAll("[type=checkbox]"))
    box.checked = filters[box.name]?.includes(box.value) ?? false;
  byId("ap_id").value = filters.ap_id ?? "";
  for (const name of TIMES) byId(name).value = filters[name] === undefined ? "" : toField(filters[name]);
  byId("filters").open = Object.keys(filters).length > 0 || byId("filters").contains(document.activeElement);
  follow();
}

/** Update labels and filters for the kind of query. */
export function follow() {
  const { kind, filters } = read();
  const isTransaction = kind === "transaction";
  byId("id-label").textContent = KINDS[kind].label;
  byId("statuses").hidden = isTransaction;
  byId("only-failed").hidden = !isTransaction;
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
