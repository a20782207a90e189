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
  const given = children.filter((child) => child !== null && child !== undefined && child !== false);
  element.append(...given.map((child) => (typeof child === "string" ? visible(child) : child)));
  return element;
}

// The text with invisible characters as JSON's escapes. An uploader chooses names and values: bidirectional controls
// would show their digits in another order.
export function visible(text) {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => (char === "\n" ? char : [...Array(char.length).keys()]
    .map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")));
}

// What to draw when the button is released, by region. A button that is replaced while it is pressed would lose the click.
const deferred = new Map();
let pressed = false;
const press = ({ button, key }) => { pressed ||= button === 0 || key === " "; };
const release = () => { pressed = false; setTimeout(drawDeferred); };
for (const name of ["pointerdown", "keydown"]) window.addEventListener(name, press, true);
// The page is not told of a release over a context menu or in another window, so these end a press too.
for (const name of ["pointerup", "pointercancel", "keyup", "contextmenu"]) window.addEventListener(name, release, true);
window.addEventListener("blur", release);

function drawDeferred() {
  const drawn = [...deferred];
  deferred.clear();
  for (const [region, children] of drawn) redraw(region, ...children);
}

// Replace what a region shows. Focus, text selection and open details are the reader's: they stay.
export function redraw(region, ...children) {
  deferred.delete(region);
  if (pressed) return deferred.set(region, children);
  const focused = region.contains(document.activeElement) && document.activeElement !== region ? document.activeElement : null;
  const again = focused && selectorOf(focused);
  const selection = focused?.matches("input[type=text]") ? [focused.selectionStart, focused.selectionEnd] : null;
  const open = [...region.querySelectorAll("details[open]")].map(selectorOf).filter(Boolean);
  region.replaceChildren(...children);
  for (const selector of open) region.querySelector(selector)?.setAttribute("open", "");
  const element = again && region.querySelector(again);
  element?.focus({ preventScroll: true });
  if (selection && element) element.setSelectionRange(...selection);
}

// Finds an element again after a redraw, by its id or its first data attribute.
function selectorOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const data = [...element.attributes].find(({ name }) => name.startsWith("data-"));
  return data ? `${element.localName}[${data.name}="${CSS.escape(data.value)}"]` : null;
}

// Show a sentence in an element that is always there.
export function show(id, sentence) {
  byId(id).textContent = visible(sentence);
}

// A field's name with a possible line break before each word.
export function breakable(name) {
  return name.split(/(?=[A-Z][a-z])/).flatMap((word) => [el("wbr"), word]);
}

// Announce a change to users of screen readers.
export function announce(sentence) {
  show("announcements", sentence);
}

// Scroll to the document on narrow pages, where it is below the list.
export function scrollToDocument() {
  const region = byId("document");
  if (region.getBoundingClientRect().top > window.innerHeight / 2) region.scrollIntoView({ behavior: "smooth" });
}
