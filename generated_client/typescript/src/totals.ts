// Adds up answers that have a part of the counts each.
type Counts = { [name: string]: unknown; rows: number };

/** Returns the sum of both; a list that either lacks is absent, and every other field is the newer one. */
export function added<T extends { rows: number }>(total: T | undefined, page: T): T {
  if (!total) return page;
  const older = total as unknown as Counts;
  const sum: Counts = { ...(page as unknown as Counts), rows: older.rows + page.rows };
  for (const name of new Set([...Object.keys(older), ...Object.keys(page)])) {
    const [before, now] = [older[name], sum[name]];
    if (name === "counted_to")
      sum[name] = before; // the first answer begins at the end of the window
    else if (Array.isArray(before) && Array.isArray(now)) sum[name] = merged([...before, ...now]);
    else if (Array.isArray(before) || Array.isArray(now)) delete sum[name];
  }
  return sum as unknown as T;
}

function merged(all: Counts[]): Counts[] {
  const found = new Map<string, Counts>();
  for (const each of all) {
    const { rows, ...others } = each;
    const key = JSON.stringify(Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1)));
    found.set(key, { ...each, rows: rows + (found.get(key)?.rows ?? 0) });
  }
  const place = (each: Counts) => (typeof each["start"] === "number" ? each["start"] : -each.rows);
  return [...found.values()].sort((a, b) => place(a) - place(b));
}
