// The language of the page: of the link, else the one chosen before, else the browser's.

import { CHINESE } from "./chinese.js";
import { ENGLISH } from "./english.js";

const WORDS = { en: ENGLISH, "zh-TW": CHINESE };
const LOCALES = { en: "en-GB", "zh-TW": "zh-TW" };
const STORED = "language";
let current = "en";

/** Choose the language of a link, if it names one, and return whether the language changed. */
export function follow(linked) {
  const before = current;
  if (Object.hasOwn(WORDS, linked ?? "")) localStorage.setItem(STORED, linked);
  const stored = localStorage.getItem(STORED);
  current = Object.hasOwn(WORDS, stored ?? "") ? stored : ofBrowser();
  document.documentElement.lang = current;
  return current !== before;
}

function ofBrowser() {
  const [first] = navigator.languages ?? [navigator.language];
  return /^zh(?!-(CN|SG|Hans))/i.test(first ?? "") ? "zh-TW" : "en";
}

/** Return the language. */
export const language = () => current;

/** Return the other language. */
export const other = () => Object.keys(WORDS).find((name) => name !== current);

/** Return the locale of dates and numbers. */
export const locale = () => LOCALES[current];

/** Return a number as it is written in the language. */
export const number = (value) => new Intl.NumberFormat(locale()).format(value);

/** Return the text of a key, with values put in. `count` chooses between the forms of a text. */
export function t(key, values = {}) {
  const found = WORDS[current][key];
  const text = Array.isArray(found) ? found[new Intl.PluralRules("en").select(values.count) === "one" ? 0 : 1] : found;
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : value;
  });
}

/** Return the text of a key, or undefined. */
export const known = (key) => (Object.hasOwn(WORDS[current], key) ? t(key) : undefined);

/** Return the label of a name or of a known value. Any other name is written as a sentence: `device_model`, "Device model". */
export function label(name) {
  const text = known(`label.${name}`);
  if (text) return text;
  const words = name.replaceAll("_", " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Write the words of the language into the elements of the page that name a key. */
export function translate(root = document) {
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
}

/** Return the language of a stored text by its script; empty if the script does not tell. */
export function languageOf(text) {
  if (/[\p{sc=Hira}\p{sc=Kana}]/u.test(text)) return "ja";
  if (/\p{sc=Hang}/u.test(text)) return "ko";
  if (/\p{sc=Han}/u.test(text)) return "zh-Hant";
  return /^[\p{sc=Latn}\P{L}]*$/u.test(text) ? "en" : "";
}
