// The API's address and key: from this tab's session storage, else from settings.json.

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

/** Return the current settings; unset ones are empty. */
export function current() {
  return Object.fromEntries(NAMES.map((name) => [name, sessionStorage.getItem(name) || served[name] || ""]));
}

/** Store settings until the tab is closed. */
export function keep({ api, key }) {
  sessionStorage.setItem("api", api.trim().replace(/\/+$/, ""));
  sessionStorage.setItem("key", key.trim());
}
