// What went through, newest first, with its outcome.

import { byId, el, reveal, say } from "./dom.js";
import { on, select, state } from "./store.js";
import { since } from "./timeline.js";

const WORDS = { underway: "under way", waiting: "waiting", analyzed: "analyzed", rejected: "rejected", parked: "parked" };

export function start() {
  on("documents", (change) => {
    draw();
    if (change && change.before?.outcome !== change.now.outcome) announce(change.now);
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
  const took = document.ended ? since(document.ended - document.began) : "";
  const about = [document.kind, document.rejection, took].filter(Boolean).join(" · ");
  return el("li", {}, el(
    "button",
    { type: "button", class: "went", "data-number": document.number, "aria-current": document.number === state.selected ? "true" : null,
      onclick: () => look(document.number) },
    el("span", { class: "went-name" }, `${document.number}. ${document.name}`),
    el("span", { class: `badge ${document.outcome}` }, WORDS[document.outcome]),
    el("span", { class: "went-about" }, about),
  ));
}

function look(number) {
  select(number);
  reveal();
}

function announce(document) {
  const why = document.rejection ? `: ${document.rejection}` : "";
  if (document.outcome !== "underway") say(`${document.name}: ${WORDS[document.outcome]}${why}.`);
}
