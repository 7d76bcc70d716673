// Folds records into pushes: the records of one user, transaction and platform are the steps of one push.

const ENDS = ["DELIVERED", "FAILED"];

/** Return an empty fold. */
export const empty = () => ({ pushes: new Map(), single: 0 });

/** Add records to a fold and return the pushes that are new or have changed. The steps of a push are in time's order. */
export function fold(folded, records) {
  const changed = new Set();
  for (const record of records) {
    const key = keyOf(record) ?? `single ${folded.single++}`;
    const push = folded.pushes.get(key) ?? { key, steps: [] };
    folded.pushes.set(key, push);
    push.steps = [...push.steps, record].sort((one, two) => one.created_at - two.created_at);
    push.last = lastOf(push.steps);
    changed.add(push);
  }
  return [...changed];
}

/** A record without a transaction is a push of its own. */
function keyOf({ user_id, transaction_id, platform }) {
  return transaction_id === undefined ? null : JSON.stringify([user_id, transaction_id, platform ?? null]);
}

/** Return the step that decides the state: the latest end, else the latest SENT, else the latest of all. */
function lastOf(steps) {
  const latest = (wanted) => steps.findLast(({ status }) => wanted.includes(status));
  return latest(ENDS) ?? latest(["SENT"]) ?? steps.at(-1);
}

/** Tell whether a push waits for an answer of the platform. */
export const isWaiting = ({ last }) => last.status === "SENT";
