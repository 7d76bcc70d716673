// The dialog of the settings.

import { byId } from "./dom.js";
import { t } from "./language.js";
import * as settings from "./settings.js";

/** Open the dialog. The address cannot be changed if settings.json names it: the page's host allows no other. */
export function openSettings() {
  const { api, key } = settings.current();
  Object.assign(byId("api"), { value: api, readOnly: settings.isFixed() });
  byId("api-hint").textContent = t(settings.isFixed() ? "api_fixed" : "api_hint");
  byId("key").value = key;
  byId("remember").checked = settings.isRemembered();
  if (!byId("settings").open) byId("settings").showModal();
  byId(api ? "key" : "api").focus();
}

/** Call `act` after the settings are saved. */
export function whenSaved(act) {
  byId("settings-form").addEventListener("submit", () => {
    settings.keep({ api: byId("api").value, key: byId("key").value, remember: byId("remember").checked });
    act();
  });
}

byId("open-settings").addEventListener("click", openSettings);
byId("close-settings").addEventListener("click", () => byId("settings").close());
