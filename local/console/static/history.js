// The list of documents, newest first, with their outcomes.

import { announce, byId, el, scrollToDocument } from "./dom.js";
import { on, select, state } from "./store.js";
import { duration } from "./timeline.js";

const OUTCOME_NAMES = { underway: "under way", waiting: "waiting", analyzed: "analyzed", rejected: "rejected", parked: "parked" };

export function start() {
  on("documents", (change) => {
    draw();
    if (change && change.before?.outcome !== change.now.outcome) announceOutcome(change.now);
  });
  draw();
}

function draw() {
  const documents = [...state.documents.values()].sort((one, other) => other.number - one.number);
  byId("history-empty").hidden = documents.length > 0;
  byId("history-count").textContent = documents.length || "";
  const focused = document.activeElement?.dataset?.number;
  byId("history").replaceChildren(...documents.map(row));
  if (focused) byId("history").querySelector(`[data-number="${focused}"]`)?.focus({ preventScroll: true });
}

function row(document) {
  const took = document.ended ? duration(document.ended - document.began) : "";
  const details = [document.kind, document.rejection, took].filter(Boolean).join(" · ");
  return el("li", {}, el(
    "button",
    { type: "button", class: "history-item", "data-number": document.number, "aria-current": document.number === state.selected ? "true" : null,
      onclick: () => open(document.number) },
    el("span", { class: "history-name" }, `${document.number}. ${document.name}`),
    el("span", { class: `badge ${document.outcome}` }, OUTCOME_NAMES[document.outcome]),
    el("span", { class: "history-details" }, details),
  ));
}

function open(number) {
  select(number);
  scrollToDocument();
}

function announceOutcome(document) {
  const reason = document.rejection ? `: ${document.rejection}` : "";
  if (document.outcome !== "underway") announce(`${document.name}: ${OUTCOME_NAMES[document.outcome]}${reason}.`);
}
