// Shows the verdict on a push to a user; its evidence are the records below.

import { make } from "./dom.js";
import { known, t } from "./language.js";
import { moment, relative } from "./time.js";
import { actor, explained, named } from "./words.js";

const CLASSES = { DELIVERED: "good", FAILED: "bad", NOT_ADDRESSED: "bad", UNKNOWN_TRANSACTION: "bad" };

/** Show an explanation in `panel`. Values that this page does not know are shown in the words of the API. */
export function show(panel, explanation, query) {
  const { verdict, detail, reason, last_delivered_at, complete, searched_until } = explanation;
  const said = verdict === "FAILED" ? explained(reason) : null;
  const entries = [
    ...(reason ? [[t("label.reason"), named("reason", reason)]] : []),
    ...(explanation.actor ? [[t("who_acts"), actor(explanation.actor)]] : []),
    ...(said ? [[t("tell_user"), said.tell]] : []),
  ];
  panel.replaceChildren(
    ...[
      make("p", { class: "question" }, t("verdict", { user: query.id, ...asked(query.filters) })),
      make("h3", {}, known(`verdict.${verdict}`) ?? verdict),
      make("p", {}, said?.means ?? known(`verdict.${verdict}.detail`) ?? detail),
      make("dl", {}, ...entries.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)])),
      last_delivered_at === undefined ? null : make("p", { class: "soft" }, lastDelivered(last_delivered_at)),
      complete ? null : make("p", { class: "soft" }, t("looked_back", { time: moment(searched_until)?.full ?? "" })),
    ].filter(Boolean),
  );
  panel.className = `verdict ${CLASSES[verdict] ?? "open"}`;
  panel.hidden = false;
}

/** Return the transaction or the campaign that was asked for. */
function asked({ transaction_id, marketing_id }) {
  return { kind: t(transaction_id ? "transaction" : "campaign").toLowerCase(), id: transaction_id ?? marketing_id };
}

function lastDelivered(at) {
  return t("last_delivered", { relative: relative(at), time: moment(at)?.full ?? String(at) });
}
