// The calls to the OCR service, its counters, and the depth of the queues.

import { byId, el } from "./dom.js";
import { on, state as store } from "./store.js";
import { duration } from "./timeline.js";

export function start({ faults }) {
  // An OCR service other than the emulator reports nothing about itself.
  byId("service").hidden = !faults.length;
  on("calls", drawCalls);
  on("counters", drawCounters);
  on("queues", drawQueues);
}

function drawCalls() {
  byId("calls").replaceChildren(...store.calls.slice(0, 12).map((call) => {
    const state = call.ended === null ? "active" : call.answer === "0" ? "done" : "failed";
    const answer = call.ended === null ? "…" : call.answer === "0" ? "0" : `${call.answer?.replace("fault:", "") ?? ""}`;
    return el("li", { "data-state": state, title: call.meaning },
      el("span", { class: "call-name" }, call.operation),
      el("span", { class: "call-answer" }, answer),
      el("span", { class: "call-took" }, call.ended === null ? "" : duration(call.ended - call.began)));
  }));
}

function drawCounters({ calls, publicKeys, paid, most }) {
  const rows = [[publicKeys, "public keys issued"], [calls, "sealed calls"], [paid, "images paid for"], [most, "most per image"]];
  byId("counters").replaceChildren(...rows.map(([count, name]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(count)))));
}

function drawQueues(queues) {
  byId("queues").replaceChildren(...queues.map(({ name, visible, notVisible }) =>
    el("tr", { class: visible + notVisible ? null : "quiet" },
      el("th", { scope: "row" }, name), el("td", {}, String(visible)), el("td", {}, String(notVisible)))));
}
