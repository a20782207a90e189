// The service's calls one by one, what it counted, and how full the queues are.

import { byId, el } from "./dom.js";
import { on, state } from "./store.js";
import { since } from "./timeline.js";

export function start({ faults }) {
  // Another service than the emulator tells nothing of itself.
  byId("service").hidden = !faults.length;
  on("calls", drawCalls);
  on("counters", drawCounters);
  on("queues", drawQueues);
}

function drawCalls() {
  byId("calls").replaceChildren(...state.calls.slice(0, 12).map((call) => {
    const light = call.ended === null ? "active" : call.answer === "0" ? "done" : "failed";
    const answer = call.ended === null ? "…" : call.answer === "0" ? "0" : `${call.answer?.replace("fault:", "") ?? ""}`;
    return el("li", { "data-light": light, title: call.meaning },
      el("span", { class: "call-name" }, call.operation),
      el("span", { class: "call-answer" }, answer),
      el("span", { class: "call-took" }, call.ended === null ? "" : since(call.ended - call.began)));
  }));
}

function drawCounters({ calls, publicKeys, paid, most }) {
  const counted = [[publicKeys, "public keys issued"], [calls, "sealed calls"], [paid, "images paid for"], [most, "most for one image"]];
  byId("counters").replaceChildren(...counted.map(([count, what]) => el("div", {}, el("dt", {}, what), el("dd", {}, String(count)))));
}

function drawQueues(queues) {
  byId("queues").replaceChildren(...queues.map(({ name, visible, hidden }) =>
    el("tr", { class: visible + hidden ? null : "quiet" },
      el("th", { scope: "row" }, name), el("td", {}, String(visible)), el("td", {}, String(hidden)))));
}
