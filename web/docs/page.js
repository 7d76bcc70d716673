// Shows the contract in Swagger UI. settings.json names the API and, on a development stack, a key for it.

import { accessible } from "./accessible.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

const read = async (file) => (await fetch(file, { cache: "no-store" })).json();
const [contract, settings] = await Promise.all([read("openapi.json"), read("settings.json")]);
if (settings.api) contract.servers = [{ url: settings.api }];
// Swagger UI would send the examples of optional headers.
for (const parameter of Object.values(contract.components.parameters)) delete parameter.example;
contract.info.license.url = new URL("LICENSE", location).href; // Swagger UI would look for it at the API

const ui = SwaggerUIBundle({
  spec: contract,
  dom_id: "#docs",
  plugins: [accessible],
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: -1,
  defaultModelExpandDepth: 3,
  syntaxHighlight: { theme: "obsidian" },
  validatorUrl: null,
  onComplete: () => settings.key && ui.preauthorizeApiKey("api_key", settings.key),
});
