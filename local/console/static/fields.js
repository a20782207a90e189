// The fields beside the picture. Pointing at a field highlights its box, and the other way round.

import { breakable, el } from "./dom.js";
import { HIDDEN } from "./recognition.js";

export function fieldList(fields, visible) {
  return el("ol", { class: "fields", "aria-label": "Fields" }, ...fields.map((field, index) => el("li", {}, row(field, index, visible))));
}

function row(field, index, visible) {
  const value = field.value === "" ? "not recognised" : visible ? field.value : HIDDEN;
  const spoken = visible || field.value === "" ? value : "hidden";
  const confidence = field.confidence === null ? "" : `, confidence ${field.confidence.toFixed(2)}`;
  const bar = el("span", { class: "bar-fill" });
  bar.style.width = `${100 * (field.confidence ?? 0)}%`;
  return el(
    "button",
    { type: "button", class: "field", "data-index": index, "aria-pressed": "false", "aria-label": `${field.name}: ${spoken}${confidence}` },
    el("span", { class: "field-name" }, ...breakable(field.name)),
    el("span", { class: field.value === "" ? "field-value quiet" : "field-value" }, value),
    field.confidence !== null && el("span", { class: `bar-track ${level(field.confidence)}` }, bar),
    field.confidence !== null && el("span", { class: "field-confidence" }, field.confidence.toFixed(2)),
  );
}

const level = (confidence) => (confidence >= 0.9 ? "high" : confidence >= 0.6 ? "medium" : "low");

// Link fields and boxes within `card`: the one under the pointer or the focus is highlighted, a pressed one stays so.
export function linkFieldsToBoxes(card) {
  let pinned = null;
  const highlight = (index) => {
    for (const element of card.querySelectorAll("[data-index]")) {
      element.classList.toggle("highlighted", index !== null && element.dataset.index === index);
    }
  };
  const pin = (index) => {
    pinned = pinned === index ? null : index;
    for (const button of card.querySelectorAll("button.field")) {
      button.setAttribute("aria-pressed", String(button.dataset.index === pinned));
    }
    highlight(pinned);
  };
  const indexOf = (event) => event.target.closest?.("[data-index]")?.dataset.index ?? null;
  for (const name of ["pointerover", "focusin"]) card.addEventListener(name, (event) => highlight(indexOf(event) ?? pinned));
  for (const name of ["pointerleave", "focusout"]) card.addEventListener(name, () => highlight(pinned));
  card.addEventListener("click", (event) => indexOf(event) !== null && pin(indexOf(event)));
}
