// Adds up the counts of a campaign, which come a part at a time.

import { startOf } from "./time.js";

const LISTS = ["cells", "series", "transactions"];

/** Return the sum of two answers. A list that either lacks is absent; every other field is that of the newer one. */
export function added(total, page) {
  if (!total) return page;
  const sum = { ...page, rows: total.rows + page.rows };
  for (const name of LISTS) {
    if (total[name] && page[name]) sum[name] = merged([...total[name], ...page[name]], ({ rows, ...rest }) => rest);
    else delete sum[name];
  }
  return sum;
}

/** Return cells with equal values, of those that `values` returns, as one with the sum of their rows. */
export function merged(cells, values) {
  const found = new Map();
  for (const cell of cells) {
    const kept = values(cell);
    const key = JSON.stringify(Object.entries(kept).sort());
    const rows = (found.get(key)?.rows ?? 0) + cell.rows;
    found.set(key, { ...kept, rows });
  }
  return [...found.values()];
}

/** Return the states of cells: delivered, failed, waiting (sent less these) and other pushes, and all of them. */
export function states(cells) {
  const of = (status) => cells.reduce((sum, cell) => sum + (cell.status === status ? cell.rows : 0), 0);
  const [sent, delivered, failed] = [of("SENT"), of("DELIVERED"), of("FAILED")];
  const waiting = Math.max(0, sent - delivered - failed);
  return { delivered, failed, waiting, pushes: delivered + failed + waiting };
}

/** Return the states for each value of a property, the largest first. */
export function groups(cells, property) {
  const values = new Set(cells.map((cell) => cell[property]));
  return [...values]
    .map((value) => ({ value, ...states(cells.filter((cell) => cell[property] === value)) }))
    .sort((one, two) => two.pushes - one.pushes);
}

/** Return the counts over time by hour or, over more than three days, by day: `{unit, points: [{start, SENT, ...}]}`. */
export function overTime(series) {
  if (!series?.length) return null;
  const starts = series.map(({ start }) => start);
  const [first, last] = [Math.min(...starts), Math.max(...starts)];
  const unit = last - first > 72 * 3_600_000 ? "day" : "hour";
  const points = new Map();
  for (const { start, status, rows } of series) {
    const at = startOf(start, unit);
    const point = points.get(at) ?? { start: at };
    point[status] = (point[status] ?? 0) + rows;
    points.set(at, point);
  }
  return { unit, points: [...points.values()].sort((one, two) => one.start - two.start) };
}
