// Formats epoch milliseconds, in local time or in UTC. A stored time may be any number.

import { locale, t } from "./language.js";

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const STORED = "utc";

/** Tell whether times are shown in UTC. */
export const isUtc = () => sessionStorage.getItem(STORED) === "yes";

/** Show times in UTC, or in local time. */
export const setUtc = (isOn) => sessionStorage.setItem(STORED, isOn ? "yes" : "");

/** Return the place of the time zone that is shown, if it has one, and its offset from UTC today. */
export function zone() {
  if (isUtc()) return { place: "", offset: "UTC" };
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const name = new Intl.DateTimeFormat("en-GB", { timeZoneName: "longOffset" })
    .formatToParts()
    .find(({ type }) => type === "timeZoneName");
  const offset = name.value.replace("GMT", "UTC");
  return { place: timeZone === "UTC" ? "" : timeZone.replaceAll("_", " "), offset };
}

/** Return a moment's short form, day, clock time and full form, its UTC time and its ISO form; null if it is none. */
export function moment(milliseconds) {
  const date = new Date(milliseconds);
  if (typeof milliseconds !== "number" || Number.isNaN(date.getTime())) return null;
  const iso = date.toISOString();
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  const day = { day: "numeric", month: shortMonth(), ...(isThisYear ? {} : { year: "numeric" }) };
  return {
    short: format(date, { ...day, hour: "2-digit", minute: "2-digit" }),
    day: format(date, { day: "numeric", month: shortMonth(), year: "numeric" }),
    clock: format(date, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    full: format(date, { dateStyle: "medium", timeStyle: "medium" }),
    utc: iso.replace("T", " ").replace("Z", " UTC"),
    iso,
  };
}

function format(date, options) {
  const zoned = isUtc() ? { timeZone: "UTC" } : {};
  return new Intl.DateTimeFormat(locale(), { ...options, hourCycle: "h23", ...zoned }).format(date);
}

const shortMonth = () => (locale() === "zh-TW" ? "numeric" : "short");

/** Return how long ago a moment was, in words. */
export function relative(milliseconds) {
  const past = (milliseconds - Date.now()) / DAY_MS;
  const words = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  if (Math.abs(past) >= 365) return words.format(Math.round(past / 365), "year");
  if (Math.abs(past) >= 30) return words.format(Math.round(past / 30), "month");
  if (Math.abs(past) >= 1) return words.format(Math.round(past), "day");
  if (Math.abs(past) >= 1 / 24) return words.format(Math.round(past * 24), "hour");
  return words.format(Math.round(past * 24 * 60), "minute");
}

/** Return the length of a time in one unit. */
export function duration(milliseconds) {
  const units = [
    ["d", DAY_MS],
    ["h", HOUR_MS],
    ["min", 60_000],
    ["s", 1000],
  ];
  const [name, size] = units.find(([, least]) => milliseconds >= least) ?? ["ms", 1];
  return t(name, { value: Math.round((milliseconds / size) * 10) / 10 });
}

/** Return the start of the day, or of the hour, of a moment. */
export function startOf(milliseconds, unit) {
  const date = new Date(milliseconds);
  if (unit === "hour") return milliseconds - (milliseconds % HOUR_MS);
  return isUtc() ? date.setUTCHours(0, 0, 0, 0) : date.setHours(0, 0, 0, 0);
}

/** Return the end of the hour or day that starts at a moment; a day may have 23 or 25 hours. */
export function endOf(start, unit) {
  return unit === "hour" ? start + HOUR_MS : startOf(start + 1.2 * DAY_MS, "day");
}

/** Return the epoch milliseconds of the start of a date in a field; null if it is empty. */
export function fromField(value) {
  const milliseconds = new Date(isUtc() ? `${value}T00:00Z` : `${value}T00:00`).getTime();
  return value && !Number.isNaN(milliseconds) ? milliseconds : null;
}

/** Return the date of epoch milliseconds for a field. */
export function toField(milliseconds) {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return "";
  const shift = isUtc() ? 0 : date.getTimezoneOffset() * 60_000;
  return new Date(milliseconds - shift).toISOString().slice(0, 10);
}

/** Return a number of seconds for a countdown. */
export function wait(seconds) {
  if (seconds < 60) return t("s", { value: seconds });
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? t("min", { value: minutes }) : t("h", { value: Math.ceil(minutes / 60) });
}
