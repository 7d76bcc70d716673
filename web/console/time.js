// Epoch milliseconds as people read them, here and in UTC. A stored time may be any number.

const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** Name of the zone in which times are shown, with what it is ahead of UTC today. */
export function zone() {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const name = new Intl.DateTimeFormat("en-GB", { timeZoneName: "longOffset" }).formatToParts().find(({ type }) => type === "timeZoneName");
  const offset = name.value.replace("GMT", "UTC");
  return timeZone === "UTC" ? "UTC" : `${timeZone.replaceAll("_", " ")}, ${offset}`;
}

/** Return a moment's day, its local time, its UTC time and its ISO form; null for a number that is no moment. */
export function moment(milliseconds) {
  const date = new Date(milliseconds);
  if (typeof milliseconds !== "number" || Number.isNaN(date.getTime())) return null;
  const iso = date.toISOString();
  return { day: day.format(date), local: clock.format(date), utc: iso.replace("T", " ").replace("Z", " UTC"), iso };
}

/** Return epoch milliseconds of what a datetime-local field has; null when it is empty. */
export function fromField(value) {
  const milliseconds = new Date(value).getTime();
  return value && !Number.isNaN(milliseconds) ? milliseconds : null;
}

/** Return what a datetime-local field shows for epoch milliseconds. */
export function toField(milliseconds) {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return "";
  return new Date(milliseconds - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** Return a length of time in the words of a countdown. */
export function wait(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
