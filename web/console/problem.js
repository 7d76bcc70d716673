// Shows a problem: what happened, what to do next, and the request id for support.

import { button, make } from "./dom.js";
import { wait } from "./time.js";

const BUSY = new Set([429, 503]);
const SHORTEST_WAIT = 1;

let countdown = 0;

/** Show a problem in `panel`. `act` has the actions of the buttons: `again`, `restart`, `settings` and `copy`. */
export function show(panel, problem, act) {
  clear(panel);
  const { title, advice } = words(problem);
  panel.append(make("h3", {}, title), make("p", {}, advice));
  if (problem.detail) panel.append(make("p", { class: "detail", dir: "auto" }, problem.detail));
  panel.append(make("p", { class: "buttons" }, ...buttons(problem, act)));
  if (problem.requestId) {
    panel.append(
      make(
        "p",
        { class: "request" },
        "Request ",
        make("code", {}, problem.requestId),
        button("Copy id", () => act.copy(problem.requestId, "Request id copied"), { class: "quiet small" }),
      ),
    );
  }
  panel.hidden = false;
}

/** Remove the problem. */
export function clear(panel) {
  clearInterval(countdown);
  panel.replaceChildren();
  panel.hidden = true;
}

function words({ status, code, retryAfter }) {
  if (code === "unset") return said("One thing is missing", "Enter the address of the API and your key in Settings.");
  if (status === 0) return said("The API did not answer", "Check your connection, and the API address in Settings.");
  if (code === "quota_exceeded")
    return said("The quota of this key is used up", "Wait, or ask the push platform team for more.");
  if (BUSY.has(status))
    return said(
      "The API is busy",
      `Nothing is lost. The same look-up can be sent again${retryAfter ? " shortly" : ""}.`,
    );
  if (status === 401 || status === 403)
    return said("The key was not accepted", "Enter a valid key in Settings, or ask the push platform team for one.");
  if (code === "invalid_cursor") return said("This list is too old to go on", "Start again from the newest record.");
  if (status === 400)
    return said("The look-up was not understood", "Correct what is marked above, then look up again.");
  if (status === 504) return said("The answer took too long", "Try again, or narrow the time window in the filters.");
  return said("Something failed on the way", "Try again. If it stays, send the request id to the push platform team.");
}

function said(title, advice) {
  return { title, advice };
}

function buttons(problem, act) {
  const settings = button("Open Settings", act.settings);
  if (problem.code === "unset" || problem.status === 401 || problem.status === 403) return [settings];
  if (problem.code === "invalid_cursor") return [button("Start again", act.restart)];
  if (problem.status === 400) return [];
  const again = button("Try again", act.again);
  if (BUSY.has(problem.status)) hold(again, Math.max(SHORTEST_WAIT, problem.retryAfter ?? SHORTEST_WAIT));
  return problem.status === 0 ? [again, settings] : [again];
}

/** Disable a button for the time in Retry-After. */
function hold(again, seconds) {
  const until = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    again.disabled = left > 0;
    again.textContent = left > 0 ? `Try again in ${wait(left)}` : "Try again";
    if (left <= 0) clearInterval(countdown);
  };
  countdown = setInterval(tick, 250);
  tick();
}
