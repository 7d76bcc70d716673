// Counts a campaign, an answer at a time, and shows the sum so far.

import { ask, Problem } from "./api.js";
import * as campaign from "./campaign.js";
import { added } from "./counts.js";
import { button, byId, make } from "./dom.js";
import { t } from "./language.js";
import { nameOf } from "./problem.js";
import { moment } from "./time.js";

let counting = new AbortController();

/** Stop counting, and hide the counts. */
export function quiet() {
  counting.abort();
  byId("counts").hidden = true;
  byId("count-state").replaceChildren();
  byId("count-body").replaceChildren();
}

/**
 * Show the counts of a view, and go on counting unless they are whole or were stopped. The first request is sent after
 * `listed` is settled: the first pushes do not wait for a megabyte to be counted.
 */
export function show(view, request, where, listed) {
  quiet();
  byId("counts").hidden = false;
  view.counts ??= { total: null, cursor: "", isStopped: false };
  const { total, cursor, isStopped } = view.counts;
  if (isStopped) return end(view, request, where);
  if (total) draw(view);
  if (!total || cursor) count(view, request, where, listed);
}

async function count(view, { path, body }, where, listed) {
  const mine = new AbortController();
  counting = mine;
  const { counts } = view;
  const first = { ...body, created_to: body.created_to ?? Date.now() };
  const stop = () => end(view, { path, body }, where);
  if (!counts.total) byId("count-state").replaceChildren(make("span", {}, t("counting")), progress(), stopper(stop));
  try {
    await listed;
    do {
      const request = counts.cursor ? { marketing_id: body.marketing_id, cursor: counts.cursor } : first;
      const page = await ask(where(), { path, body: request }, mine.signal);
      if (mine !== counting) return;
      counts.total = added(counts.total, page);
      counts.cursor = page.next_cursor ?? "";
      draw(view, { stop });
    } while (counts.cursor);
  } catch (error) {
    if (mine !== counting || error.name === "AbortError") return;
    if (!(error instanceof Problem)) throw error;
    end(view, { path, body }, where, nameOf(error));
  }
}

/** Stop counting, for a problem if there is one; a button goes on from there. */
function end(view, request, where, problem = null) {
  counting.abort();
  view.counts.isStopped = true;
  const again = () => {
    view.counts.isStopped = false;
    count(view, request, where);
  };
  draw(view, { again, problem });
}

const stopper = (stop) => button(t("stop"), stop, { class: "quiet small" });
const progress = () => make("progress", { "aria-label": t("counting") });

function draw(view, { stop, again, problem } = {}) {
  const { total, cursor, isStopped } = view.counts;
  const records = t("records", { count: total?.rows ?? 0 });
  const at = moment(total?.counted_from);
  const key = !cursor && total ? "exact" : isStopped ? "stopped" : at ? "so_far_to" : "so_far";
  byId("count-state").replaceChildren(
    ...[
      problem ? make("strong", {}, t(problem)) : null,
      problem && !total ? null : make("span", { role: "status" }, t(key, { records, time: at?.full })),
      cursor && !isStopped ? progress() : null,
      stop && cursor ? stopper(stop) : null,
      again ? button(t("count_on"), again, { class: "quiet small" }) : null,
    ].filter(Boolean),
  );
  byId("counts").hidden = Boolean(total && !total.rows && !cursor); // the list says that there are none
  if (total?.rows) campaign.show(byId("count-body"), total, view.query);
}
