// The list of documents, newest first: progress, filters, search, and one Tab stop with arrow keys.

import { announce, byId, el, redraw, scrollToDocument } from "./dom.js";
import { t } from "./i18n.js";
import { on, select, state } from "./store.js";
import { duration } from "./timeline.js";

export const OUTCOME_NAMES = {
  underway: t("under way"), waiting: t("waiting"), analyzed: t("analyzed"), rejected: t("rejected"), parked: t("parked"),
  erased: t("erased"),
};
const FAILED = new Set(["rejected", "parked", "waiting"]);
const ENDED = new Set(["analyzed", "rejected", "parked", "erased"]);
const filter = { outcome: "", kind: "", text: "" };

export function start({ kinds }) {
  byId("filter-outcome").append(...Object.entries(OUTCOME_NAMES).map(([value, name]) => el("option", { value }, name)));
  byId("filter-kind").append(...kinds.map((kind) => el("option", { value: kind }, kind)));
  for (const [id, name] of [["filter-outcome", "outcome"], ["filter-kind", "kind"], ["filter-text", "text"]]) {
    byId(id).addEventListener("input", ({ target }) => {
      filter[name] = target.value.trim().toLowerCase();
      draw();
    });
  }
  byId("next-failed").addEventListener("click", openNextFailed);
  byId("history").addEventListener("keydown", onKey);
  on("documents", (change) => {
    draw();
    if (change && change.before?.outcome !== change.now.outcome) announceOutcome(change.now);
  });
  draw();
}

const newestFirst = () => [...state.documents.values()].sort((one, other) => other.number - one.number);

const matches = ({ number, name, kind, outcome, rejection, documentId }) =>
  (!filter.outcome || outcome === filter.outcome) && (!filter.kind || kind === filter.kind) &&
  `${number}. ${name} ${rejection ?? ""} ${documentId}`.toLowerCase().includes(filter.text);

function draw() {
  const documents = newestFirst();
  const shown = documents.filter(matches);
  byId("history-empty").hidden = shown.length > 0;
  byId("history-empty").textContent = documents.length ? t("No document matches.") : t("No documents yet.");
  byId("history-count").textContent = !documents.length ? "" : shown.length < documents.length ? `${shown.length} / ${documents.length}` : documents.length;
  byId("history-tools").hidden = documents.length < 2;
  document.body.classList.toggle("empty", !documents.length);
  drawProgress(documents);
  const stop = shown.some(({ number }) => number === state.selected) ? state.selected : shown[0]?.number;
  redraw(byId("history"), ...shown.map((each) => row(each, each.number === stop)));
}

// How far the documents are, and how many ended in which way.
function drawProgress(documents) {
  const count = (outcome) => documents.filter((each) => each.outcome === outcome).length;
  const ended = documents.filter((each) => ENDED.has(each.outcome)).length;
  byId("progress").hidden = documents.length < 2;
  byId("progress-bar").max = Math.max(1, documents.length);
  byId("progress-bar").value = ended;
  const parts = Object.entries(OUTCOME_NAMES).filter(([outcome]) => count(outcome)).map(([outcome, name]) => `${count(outcome)} ${name}`);
  byId("progress-text").textContent = parts.join(" · ");
  byId("next-failed").disabled = !documents.some((each) => FAILED.has(each.outcome));
}

function row(document, tabStop) {
  const took = document.ended ? duration(document.ended - document.began) : "";
  const details = [document.kind, document.rejection, took].filter(Boolean).join(" · ");
  return el("li", {}, el(
    "button",
    { type: "button", class: "history-item", "data-number": document.number, tabindex: tabStop ? "0" : "-1",
      "aria-current": document.number === state.selected ? "true" : null, onclick: () => open(document.number) },
    el("span", { class: "history-name" }, `${document.number}. ${document.name}`),
    el("span", { class: `badge ${document.outcome}` }, OUTCOME_NAMES[document.outcome]),
    el("span", { class: "history-details" }, details),
  ));
}

function open(number) {
  select(number);
  scrollToDocument();
}

function onKey(event) {
  const buttons = [...byId("history").querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (at < 0 || !buttons[to]) return;
  event.preventDefault();
  buttons[to].focus();
  select(Number(buttons[to].dataset.number));
}

// Open the next document, in the list's order, that did not end well. After the last one, begin again.
function openNextFailed() {
  const failed = newestFirst().filter(({ outcome }) => FAILED.has(outcome));
  open((failed.find(({ number }) => number < state.selected) ?? failed[0]).number);
}

function announceOutcome(document) {
  const reason = document.rejection ? `: ${document.rejection}` : "";
  if (document.outcome !== "underway") announce(`${document.name}: ${OUTCOME_NAMES[document.outcome]}${reason}.`);
}
