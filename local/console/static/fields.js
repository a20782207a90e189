// The fields beside the picture. Pointing at a field highlights its box, and the other way round.

import { breakable, el } from "./dom.js";
import { t } from "./i18n.js";
import { label } from "./labels.js";
import { HIDDEN } from "./recognition.js";

// The longest text with digits that is a number or a date, in characters.
const MAX_NUMBER = 20;

// The pressed field of each list of fields. It stays pressed when the page is drawn again.
const pins = new WeakMap();

// The name on the card, and the API's name beside it.
export function fieldName(name) {
  const shown = label(name);
  return shown === name ? breakable(name) : [shown, " ", el("span", { class: "api-name" }, ...breakable(name))];
}

export function fieldList(fields, visible) {
  return el("ol", { class: "fields", "aria-label": t("Fields") }, ...fields.map((field, index) => el("li", {}, row(field, index, visible))));
}

function row(field, index, visible) {
  const value = field.withheld ? t("withheld") : field.value === "" ? t("not recognised") : visible ? field.value : HIDDEN;
  const bar = el("span", { class: "bar-fill" });
  bar.style.width = `${100 * (field.confidence ?? 0)}%`;
  return el(
    "button",
    { type: "button", class: "field", "data-index": index, "aria-pressed": "false" },
    el("span", { class: "field-name" }, ...fieldName(field.name)),
    visible || field.value === "" ? el("span", { class: valueClass(field) }, value) : masked_(value),
    field.confidence !== null && el("span", { class: `bar-track ${level(field.confidence)}` }, bar),
    field.confidence !== null && el("span", { class: "field-confidence" }, el("span", { class: "hidden" }, t("confidence")), field.confidence.toFixed(2)),
  );
}

// Bullets for the eye, a word for screen readers.
const masked_ = (value) => el("span", { class: "field-value" }, el("span", { "aria-hidden": "true" }, value), el("span", { class: "hidden" }, t("hidden")));

// The lines of the machine-readable zone have a fixed pitch. Numbers are not broken into lines.
function valueClass({ name, value }) {
  if (value === "") return "field-value quiet";
  if (/^MRZ\d$/.test(name)) return "field-value mrz";
  return /\d/.test(value) && value.length <= MAX_NUMBER ? "field-value unbroken" : "field-value";
}

const level = (confidence) => (confidence >= 0.9 ? "high" : confidence >= 0.6 ? "medium" : "low");

// Link fields and boxes within `card`: the one under the pointer or the focus is highlighted, a pressed one stays so.
export function linkFieldsToBoxes(card, fields = []) {
  const pinned = () => pins.get(fields) ?? null;
  const highlight = (index) => {
    for (const element of card.querySelectorAll("[data-index]")) {
      element.classList.toggle("highlighted", index !== null && element.dataset.index === index);
    }
  };
  const showPinned = () => {
    for (const button of card.querySelectorAll("button.field")) {
      button.setAttribute("aria-pressed", String(button.dataset.index === pinned()));
    }
    highlight(pinned());
  };
  const indexOf = (event) => event.target.closest?.("[data-index]")?.dataset.index ?? null;
  for (const name of ["pointerover", "focusin"]) card.addEventListener(name, (event) => highlight(indexOf(event) ?? pinned()));
  for (const name of ["pointerleave", "focusout"]) card.addEventListener(name, () => highlight(pinned()));
  card.addEventListener("click", (event) => {
    const index = indexOf(event);
    if (index === null) return;
    pins.set(fields, pinned() === index ? null : index);
    showPinned();
  });
  showPinned();
}
