// A Swagger UI plugin: names, headings and landmarks for screen readers.

/** Wrap components as the plugin API of Swagger UI documents it (`wrapComponents`). */
export function accessible({ React }) {
  const element = React.createElement;
  const around =
    (type, props, ...before) =>
    (Original) =>
    (own) =>
      element(type, props, ...before, element(Original, own));
  const region = (name) => around("section", { "aria-label": name });
  return {
    wrapComponents: {
      // The button that opens an operation contains the path. A link inside a button cannot be reached by keyboard.
      DeepLink:
        () =>
        ({ text }) =>
          element("span", null, text),
      InfoContainer: region("About"),
      ServersContainer: around(
        "section",
        { "aria-label": "Server" },
        element("label", { htmlFor: "servers" }, "Server"),
      ),
      AuthorizeBtnContainer: region("Key"),
      operations: around("div", null, element("h2", { className: "operations-title" }, "Operations")),
      ExamplesSelect: around("label", null, element("small", { className: "example-label" }, "Example")),
      TextArea: (Original) => (own) => element(Original, { ...own, "aria-label": "Request body" }),
    },
  };
}
