// Downloads all records of a query as CSV, page by page.

import { ask } from "./api.js";
import { button, make } from "./dom.js";
import { FIELDS } from "./fields.js";
import { t } from "./language.js";
import { empty, fold, isWaiting } from "./pushes.js";
import { largestPage, toCommand, toRequest } from "./query.js";

export const LARGEST_DOWNLOAD = 50_000;
const COLUMNS = Object.keys(FIELDS.record);
const END = "\r\n";
const MARK = "\ufeff"; // tells spreadsheets that the file is UTF-8
// A spreadsheet takes a cell that starts like this for a formula (OWASP, CSV injection); the wide forms are East Asian.
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const INVISIBLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu; // control characters and changes of direction

/** Return a cell that no spreadsheet runs or splits. */
function cell(name, value) {
  const isTime = (name === "created_at" || name.endsWith("_ts")) && Math.abs(value) < 253_402_300_800_000;
  const text = (isTime ? new Date(value).toISOString() : String(value ?? "")).replace(INVISIBLE, "");
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const lines = (records) =>
  records.map((record) => COLUMNS.map((name) => cell(name, record[name])).join(",") + END).join("");

/**
 * Download the records of `view.query`, with the progress in `panel`. `expected` is their number if it is known.
 * Rejects with a Problem.
 */
export async function download(panel, { where, query, expected, copy }) {
  const stop = new AbortController();
  const said = make("span", { role: "status" }, t("downloading"));
  const bar = make("progress", { "aria-label": t("downloading"), max: expected ?? LARGEST_DOWNLOAD, value: 0 });
  panel.replaceChildren(
    bar,
    said,
    button(t("cancel"), () => stop.abort(), { class: "quiet small" }),
  );
  panel.hidden = false;
  try {
    const records = await all(where, query, stop.signal, (count) => {
      bar.value = count;
      said.textContent = t("download_rows", { records: t("records", { count }) });
    });
    if (records === null || expected > LARGEST_DOWNLOAD) return refuse(panel, query, copy);
    const count = records.length;
    save([MARK + COLUMNS.join(",") + END, lines(records)], `${query.kind}-${query.id}.csv`.replace(/[^\w.-]/g, "_"));
    panel.replaceChildren(make("span", { role: "status" }, t("downloaded", { records: t("records", { count }) })));
  } catch (error) {
    panel.hidden = true;
    if (error.name !== "AbortError") throw error;
  }
}

/** Return all records, or null if they are too many. */
async function all(where, query, signal, tell) {
  let records = [];
  let cursor = "";
  do {
    const page = await ask(where, toRequest(query, cursor, largestPage(query.kind)), signal);
    records = records.concat(page.items);
    if (records.length > LARGEST_DOWNLOAD) return null;
    cursor = page.next_cursor ?? "";
    tell(records.length);
  } while (cursor);
  if (!query.state) return records;
  return fold(empty(), records)
    .filter(isWaiting)
    .flatMap(({ steps }) => steps);
}

function refuse(panel, query, copy) {
  const command = toCommand(query);
  panel.replaceChildren(
    make("p", {}, t("too_many", { limit: LARGEST_DOWNLOAD }), query.state ? ` ${t("too_many_waiting")}` : ""),
    make("pre", { tabindex: "0" }, command),
    button(t("copy_command"), () => copy(command, t("command_copied")), { class: "quiet small" }),
  );
}

function save(parts, name) {
  const url = URL.createObjectURL(new Blob(parts, { type: "text/csv;charset=utf-8" }));
  const link = make("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
