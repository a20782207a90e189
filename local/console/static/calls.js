// The calls to the OCR service, newest first. The selected one shows its details.

import { byId, el, redraw } from "./dom.js";
import { t } from "./i18n.js";
import { showCall } from "./router.js";
import { on, select, state } from "./store.js";
import { duration } from "./timeline.js";

const SHOWN = 12;

export function start({ faults }) {
  // An OCR service other than the emulator reports nothing about itself.
  byId("service").hidden = !faults.length;
  on("calls", draw);
  on("selected", draw);
}

function draw() {
  const shown = state.calls.filter((call, index) => index < SHOWN || call.number === state.call);
  redraw(byId("calls"), ...shown.map(row));
}

const answerOf = (call) => (call.ended === null ? "…" : (call.answer ?? "").startsWith("fault:") ? call.meaning : call.answer);

function row(call) {
  const lamp = call.ended === null ? "active" : call.answer === "0" ? "done" : "failed";
  const open = call.number === state.call;
  return el("li", { "data-state": lamp },
    el("button", { type: "button", class: "call", "data-call": call.number, "aria-expanded": String(open),
      onclick: () => (open ? select(state.selected) : showCall(call.number)) },
      el("span", { class: "call-name" }, call.operation),
      el("span", { class: "call-answer" }, answerOf(call)),
      el("span", { class: "call-took" }, call.ended === null ? "" : duration(call.ended - call.began))),
    open && details(call));
}

function details(call) {
  const about = [...state.documents.values()].filter((document) => call.image && document.image === call.image);
  const began = new Date(call.began * 1000).toLocaleTimeString();
  return el("div", { class: "call-details" },
    el("p", {}, t("Call {0}, begun at {1}.", String(call.number), began)),
    call.ended !== null && call.meaning && el("p", {}, t("Answer: {0}.", call.meaning)),
    ...about.map((document) => el("button", { type: "button", class: "small", onclick: () => select(document.number) },
      `${document.number}. ${document.name}`)));
}
