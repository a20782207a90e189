// What the document is, where it is, and what may be done about it now.

import { Refused, request } from "./api.js";
import { el, say } from "./dom.js";
import { stations } from "./stations.js";
import { show, state, visible } from "./store.js";
import { since } from "./timeline.js";

const FINISHED = { analyzed: true, rejected: true };

export function head(document) {
  const shown = visible();
  const finished = document.outcome in FINISHED;
  return el(
    "section",
    { class: "card subject", "aria-labelledby": "subject-title" },
    el("div", { class: "title-row" },
      el("h2", { id: "subject-title" }, `${document.number}. ${document.name}`),
      el("span", { class: `badge ${document.outcome}` }, document.outcome === "underway" ? "under way" : document.outcome),
      finished && el("span", { class: "quiet" }, `${since(document.ended - document.began)}${document.deliveries > 1 ? `, ${document.deliveries} deliveries` : ""}`),
      finished && el("button", { type: "button", class: "small", id: "show-one", "aria-pressed": String(shown), disabled: state.showAll,
        onclick: () => show(document.number, !shown) }, shown ? "Hide values" : "Show values")),
    stations(document),
    document.outcome === "waiting" && waits(document),
    document.outcome === "parked" && el("p", { class: "sentence failed" },
      "Parked in the dead-letter queue with its reason: calls whose answers were lost may have been paid for, so it is not tried for ever. An operator decides (python -m ops redrive --pay-again)."),
  );
}

function waits(document) {
  const deliver = async () => {
    try {
      await request("POST", `documents/${document.number}/delivery`);
      say("The message is visible again.");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(error.message);
    }
  };
  return el("div", { class: "sentence waiting", id: "waits" },
    el("p", {}, `Delivery ${document.deliveries} came to nothing, and nothing was lost: the image waits in the queue and is tried again, after 30 s at first, then ever later, up to 15 min.`),
    el("button", { type: "button", id: "deliver", onclick: deliver }, "Deliver it now"));
}
