// Shows a problem: what happened, one advice, and the request id for support; the rest is behind a disclosure.

import { button, make } from "./dom.js";
import { t } from "./language.js";
import { wait } from "./time.js";

const BUSY = new Set([429, 503]);
const SHORTEST_WAIT = 1;

let countdown = 0;

/** Show a problem in `panel`. `act` has the actions of the buttons: `again`, `restart`, `settings` and `copy`. */
export function show(panel, problem, act) {
  clear(panel);
  const name = nameOf(problem);
  panel.append(
    make("h3", {}, t(name)),
    make("p", {}, t(`${name}_advice`)),
    make("p", { class: "buttons" }, ...buttons(problem, act)),
  );
  if (problem.requestId) {
    const copied = () => act.copy(problem.requestId, t("id_copied"));
    const id = make("code", {}, problem.requestId);
    panel.append(
      make("p", { class: "request" }, t("request"), id, button(t("copy_id"), copied, { class: "quiet small" })),
    );
  }
  const facts = [problem.status ? `HTTP ${problem.status}` : "", problem.code, problem.detail].filter(Boolean);
  if (problem.status) {
    const detail = make("p", { class: "detail", dir: "auto", lang: "en" }, facts.join(" – "));
    panel.append(make("details", {}, make("summary", {}, t("details")), detail));
  }
  panel.hidden = false;
}

/** Show in `panel` which filters of a link cannot be used. `act` looks up without them. */
export function showFaults(panel, faults, act) {
  clear(panel);
  const items = faults.map(({ name, value }) => make("li", {}, make("code", {}, `${name} = ${value}`)));
  panel.append(
    make("h3", {}, t("bad_link")),
    make("ul", {}, ...items),
    make("p", {}, t("bad_link_advice")),
    make("p", { class: "buttons" }, button(t("look_up_without"), act)),
  );
  panel.hidden = false;
}

/** Remove the problem. */
export function clear(panel) {
  clearInterval(countdown);
  panel.replaceChildren();
  panel.hidden = true;
}

/** Return the key of the words for a problem. */
export function nameOf({ status, code }) {
  if (code === "unset") return "unset";
  if (status === 0) return "unreachable";
  if (code === "quota_exceeded") return "quota";
  if (BUSY.has(status)) return "busy";
  if (status === 401 || status === 403) return "refused";
  if (code === "invalid_cursor") return "old_list";
  if (status === 400) return "not_understood";
  return status === 504 ? "late" : "failed";
}

function buttons(problem, act) {
  const settings = button(t("open_settings"), act.settings);
  if (problem.code === "unset" || problem.status === 401 || problem.status === 403) return [settings];
  if (problem.code === "invalid_cursor") return [button(t("start_again"), act.restart)];
  if (problem.status === 400) return [];
  const again = button(t("try_again"), act.again);
  if (BUSY.has(problem.status)) hold(again, Math.max(SHORTEST_WAIT, problem.retryAfter ?? SHORTEST_WAIT));
  return problem.status === 0 ? [again, settings] : [again];
}

/** Disable a button for the time in Retry-After. */
function hold(again, seconds) {
  const until = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    again.disabled = left > 0;
    again.textContent = left > 0 ? t("try_again_in", { time: wait(left) }) : t("try_again");
    if (left <= 0) clearInterval(countdown);
  };
  countdown = setInterval(tick, 250);
  tick();
}
