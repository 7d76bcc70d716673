// Formats epoch milliseconds in local time and UTC. A stored time may be any number.

const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** Return the name of the local time zone and its offset from UTC today. */
export function zone() {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const name = new Intl.DateTimeFormat("en-GB", { timeZoneName: "longOffset" })
    .formatToParts()
    .find(({ type }) => type === "timeZoneName");
  const offset = name.value.replace("GMT", "UTC");
  return timeZone === "UTC" ? "UTC" : `${timeZone.replaceAll("_", " ")}, ${offset}`;
}

/** Return a moment's day, its local time, its UTC time and its ISO form; null if the number is not a valid time. */
export function moment(milliseconds) {
  const date = new Date(milliseconds);
  if (typeof milliseconds !== "number" || Number.isNaN(date.getTime())) return null;
  const iso = date.toISOString();
  return { day: day.format(date), local: clock.format(date), utc: iso.replace("T", " ").replace("Z", " UTC"), iso };
}

/** Return the epoch milliseconds of a datetime-local value; null if it is empty. */
export function fromField(value) {
  const milliseconds = new Date(value).getTime();
  return value && !Number.isNaN(milliseconds) ? milliseconds : null;
}

/** Return the datetime-local value of epoch milliseconds. */
export function toField(milliseconds) {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return "";
  return new Date(milliseconds - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** Format a duration for a countdown. */
export function wait(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
