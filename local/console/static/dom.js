// Elements without markup in strings: text stays text, whatever was read from an image.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

export function icon(name) {
  return svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `#${name}` }));
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// A field's name, which may be broken between its words.
export function breakable(name) {
  return name.split(/(?=[A-Z][a-z])/).flatMap((word) => [el("wbr"), word]);
}

// Say something to those who do not see the page change.
export function say(sentence) {
  byId("said").textContent = sentence;
}

// Bring the document into sight where the page is so narrow that it stands below.
export function reveal() {
  const region = byId("document");
  if (region.getBoundingClientRect().top > window.innerHeight / 2) region.scrollIntoView({ behavior: "smooth" });
}
