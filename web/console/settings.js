// The API's address and key: of this tab, else of this computer if the key was to be remembered, else of settings.json.

const NAMES = ["api", "key"];
const served = {};

/** Load settings.json and return it, examples included. */
export async function load() {
  try {
    const answer = await fetch("settings.json", { cache: "no-store" });
    if (answer.ok) Object.assign(served, await answer.json());
  } catch {
    // Without the file, people type the settings in.
  }
  return served;
}

/** Return the current settings; unset ones are empty. An address in settings.json is the only one. */
export function current() {
  const stored = (name) => sessionStorage.getItem(name) || localStorage.getItem(name) || served[name] || "";
  return {
    ...Object.fromEntries(NAMES.map((name) => [name, stored(name)])),
    ...(served.api ? { api: served.api } : {}),
  };
}

/** Tell whether settings.json names the address. */
export const isFixed = () => Boolean(served.api);

/** Tell whether the key is kept for this computer. */
export const isRemembered = () => localStorage.getItem("key") !== null;

/** Store settings until the tab is closed or, if they are to be remembered, for this computer. */
export function keep({ api, key, remember }) {
  const values = { api: api.trim().replace(/\/+$/, ""), key: key.trim() };
  for (const name of NAMES) {
    sessionStorage.setItem(name, values[name]);
    if (remember) localStorage.setItem(name, values[name]);
    else localStorage.removeItem(name);
  }
}
