// Shows the contract in Swagger UI and mends what that leaves out: dark mode, names and levels for screen readers.

const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

const docs = document.getElementById("docs");
new MutationObserver(mend).observe(docs, { childList: true, subtree: true });

const settings = await (await fetch("/docs/settings.json")).json();
const ui = SwaggerUIBundle({
  url: "/docs/openapi.json",
  domNode: docs,
  plugins: [pathsThatAreNoLinks],
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: -1,
  defaultModelExpandDepth: 3,
  syntaxHighlight: { theme: "obsidian" },
  validatorUrl: null,
  onComplete: () => settings.api_key && ui.preauthorizeApiKey("api_key", settings.api_key),
});

/** Inside the button that opens an operation, its path is text: a link there could not be reached by keyboard alone. */
function pathsThatAreNoLinks() {
  return {
    wrapComponents: {
      DeepLink: (_Original, { React }) => ({ text }) => React.createElement("span", null, text),
    },
  };
}

function mend() {
  for (const control of docs.querySelectorAll("select, textarea, input:not([aria-label])")) {
    if (!control.hasAttribute("aria-label")) control.setAttribute("aria-label", nameFor(control));
  }
  // The title is a first heading: what follows is one level below the one before.
  for (const heading of docs.querySelectorAll(":is(h2, h3, h4, h5):not([aria-level], .title)")) {
    heading.setAttribute("role", "heading");
    heading.setAttribute("aria-level", Math.max(2, Number(heading.localName[1]) - 1));
  }
  for (const block of docs.querySelectorAll("pre:not([tabindex])")) block.tabIndex = 0;
  landmark(".information-container", "About");
  landmark(".scheme-container, .schemes-server-container", "Server and key");
}

function landmark(selector, name) {
  for (const part of docs.querySelectorAll(selector)) {
    if (part.hasAttribute("role") || part.closest("[role=region]")) continue;
    part.setAttribute("role", "region");
    part.setAttribute("aria-label", name);
  }
}

function nameFor(control) {
  if (control.closest(".servers")) return "Server";
  if (control.closest(".examples-select")) return "Example";
  if (control.closest(".content-type-wrapper, .body-param-content-type, .response-control-media-type, .content-type")) return "Media type";
  if (control.localName === "textarea") return "Request body";
  return control.placeholder || control.closest("tr")?.dataset.paramName || "Value";
}
