// The fields beside the picture. Pointing at one lights its box, and pointing at a box lights its field.

import { breakable, el } from "./dom.js";
import { HIDDEN } from "./reading.js";

export function fieldList(fields, shown) {
  return el("ol", { class: "fields", "aria-label": "Fields" }, ...fields.map((field, at) => el("li", {}, row(field, at, shown))));
}

function row(field, at, shown) {
  const value = field.value === "" ? "not read" : shown ? field.value : HIDDEN;
  const spoken = shown || field.value === "" ? value : "hidden";
  const sure = field.confidence === null ? "" : `, confidence ${field.confidence.toFixed(2)}`;
  const bar = el("span", { class: "bar-fill" });
  bar.style.width = `${100 * (field.confidence ?? 0)}%`;
  return el(
    "button",
    { type: "button", class: "field", "data-at": at, "aria-pressed": "false", "aria-label": `${field.name}: ${spoken}${sure}` },
    el("span", { class: "field-name" }, ...breakable(field.name)),
    el("span", { class: field.value === "" ? "field-value quiet" : "field-value" }, value),
    field.confidence !== null && el("span", { class: `bar-track ${level(field.confidence)}` }, bar),
    field.confidence !== null && el("span", { class: "field-sure" }, field.confidence.toFixed(2)),
  );
}

const level = (confidence) => (confidence >= 0.9 ? "high" : confidence >= 0.6 ? "middling" : "low");

// Link both ways within `card`: what the pointer or the keyboard is on is lit, what was pressed stays lit.
export function link(card) {
  let pinned = null;
  const light = (at) => {
    for (const element of card.querySelectorAll("[data-at]")) {
      element.classList.toggle("lit", at !== null && element.dataset.at === at);
    }
  };
  const pin = (at) => {
    pinned = pinned === at ? null : at;
    for (const button of card.querySelectorAll("button.field")) {
      button.setAttribute("aria-pressed", String(button.dataset.at === pinned));
    }
    light(pinned);
  };
  const of = (event) => event.target.closest?.("[data-at]")?.dataset.at ?? null;
  for (const name of ["pointerover", "focusin"]) card.addEventListener(name, (event) => light(of(event) ?? pinned));
  for (const name of ["pointerleave", "focusout"]) card.addEventListener(name, () => light(pinned));
  card.addEventListener("click", (event) => of(event) !== null && pin(of(event)));
}
