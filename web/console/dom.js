// Elements made of text alone: nothing that comes from a record or a link is ever read as markup.

/** Return the element with an id. */
export const byId = (id) => document.getElementById(id);

/** Make an element; `attributes` are set as such, children are elements or text. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Make a button that does something. */
export function button(label, act, attributes = {}) {
  const element = make("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", act);
  return element;
}
