// Copies text, and says so.

import { byId } from "./dom.js";

/** Copy a text and show `done`; where the browser does not allow it, show the text to copy by hand. */
export async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    byId("by-hand-text").value = text;
    byId("by-hand").showModal();
    byId("by-hand-text").select();
  }
}

function toast(text) {
  byId("toast").textContent = text;
  setTimeout(() => byId("toast").replaceChildren(), 4000);
}
