// Draws charts as SVG. A class names each state, so that the style sheet colours it in both themes.

const NAMES = "http://www.w3.org/2000/svg";
const WIDTH = 720;
const HEIGHT = 160;
const LEAST_BAR = 2;
const HATCHED = "FAILED"; // told from the others without colour too

function svg(name, attributes, ...children) {
  const element = document.createElementNS(NAMES, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** Return a bar of parts `[state, value]`, which is as long as `whole`; numbers stand beside it. */
export function bar(parts, whole) {
  let x = 0;
  const pieces = parts
    .filter(([, value]) => value > 0)
    .map(([state, value]) => {
      const width = (value / whole) * 100;
      const piece = svg("rect", { class: `part ${state}`, x, y: 0, width: Math.max(width - 0.6, 0.6), height: 10 });
      x += width;
      return piece;
    });
  const attributes = { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" };
  return svg("svg", attributes, ...pieces);
}

/** Return columns over time: `points` are `{start, SENT, ...}`, `unit` their width in ms. `label` says what it shows. */
export function columns(points, states, width, label) {
  const first = points[0].start;
  const slots = Math.round((points.at(-1).start - first) / width) + 1;
  const most = Math.max(...points.map((point) => total(point, states)));
  const step = WIDTH / Math.max(slots, 12);
  const drawn = points.flatMap((point) => {
    const x = Math.round((point.start - first) / width) * step;
    let y = HEIGHT;
    return states
      .filter((state) => point[state])
      .map((state) => {
        const height = Math.max((point[state] / most) * HEIGHT, LEAST_BAR);
        y -= height;
        const piece = { x, y, width: Math.max(step - 1, LEAST_BAR), height };
        if (state === HATCHED) return svg("rect", { fill: "url(#hatch)", ...piece });
        return svg("rect", { class: `part ${state.toLowerCase()}`, ...piece });
      });
  });
  const attributes = { class: "columns", viewBox: `0 -4 ${WIDTH} ${HEIGHT + 5}`, role: "img", "aria-label": label };
  const base = svg("line", { class: "base", x1: 0, x2: WIDTH, y1: HEIGHT + 0.5, y2: HEIGHT + 0.5 });
  return svg("svg", attributes, svg("defs", {}, hatch()), ...drawn, base);
}

function hatch() {
  const ground = svg("rect", { class: "part failed", width: 6, height: 6 });
  const stroke = svg("line", { class: "stroke", x1: 0, y1: 0, x2: 0, y2: 6 });
  const turned = { patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  return svg("pattern", { id: "hatch", width: 6, height: 6, ...turned }, ground, stroke);
}

function total(point, states) {
  return states.reduce((sum, state) => sum + (point[state] ?? 0), 0);
}
