// Where the API is and the key for it: from this tab's session, else from the file that this page is served with.

const NAMES = ["api", "key"];
const served = {};

/** Read what the page was served with; returns it, examples included. */
export async function load() {
  try {
    const answer = await fetch("settings.json", { cache: "no-store" });
    if (answer.ok) Object.assign(served, await answer.json());
  } catch {
    // Without the file the settings are typed in.
  }
  return served;
}

/** Return the settings that hold now; an empty one has to be typed in. */
export function current() {
  return Object.fromEntries(NAMES.map((name) => [name, sessionStorage.getItem(name) || served[name] || ""]));
}

/** Keep settings until the tab is closed. */
export function keep({ api, key }) {
  sessionStorage.setItem("api", api.trim().replace(/\/+$/, ""));
  sessionStorage.setItem("key", key.trim());
}
