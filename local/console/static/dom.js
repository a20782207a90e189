// Creates elements without markup in strings, so that text from an image can never become markup.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

export function icon(name) {
  return svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `#${name}` }));
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// A field's name with a possible line break before each word.
export function breakable(name) {
  return name.split(/(?=[A-Z][a-z])/).flatMap((word) => [el("wbr"), word]);
}

// Announce a change to users of screen readers.
export function announce(sentence) {
  byId("announcements").textContent = sentence;
}

// Scroll to the document on narrow pages, where it is below the list.
export function scrollToDocument() {
  const region = byId("document");
  if (region.getBoundingClientRect().top > window.innerHeight / 2) region.scrollIntoView({ behavior: "smooth" });
}
