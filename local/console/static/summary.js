// The selected document's name and state, its stations, and what can be done now.

import { RequestError, request } from "./api.js";
import { announce, el } from "./dom.js";
import { stations } from "./stations.js";
import { setVisible, state, valuesVisible } from "./store.js";
import { duration } from "./timeline.js";

const FINISHED = { analyzed: true, rejected: true };

export function summary(document) {
  const visible = valuesVisible();
  const finished = document.outcome in FINISHED;
  return el(
    "section",
    { class: "card subject", "aria-labelledby": "subject-title" },
    el("div", { class: "title-row" },
      el("h2", { id: "subject-title" }, `${document.number}. ${document.name}`),
      el("span", { class: `badge ${document.outcome}` }, document.outcome === "underway" ? "under way" : document.outcome),
      finished && el("span", { class: "quiet" }, `${duration(document.ended - document.began)}${document.deliveries > 1 ? `, ${document.deliveries} deliveries` : ""}`),
      finished && el("button", { type: "button", class: "small", id: "show-one", "aria-pressed": String(visible), disabled: state.showAll,
        onclick: () => setVisible(document.number, !visible) }, visible ? "Hide values" : "Show values")),
    stations(document),
    document.outcome === "waiting" && waitingNotice(document),
    document.outcome === "parked" && el("p", { class: "sentence failed" },
      "Parked in the dead-letter queue with a reason. Calls whose responses were lost may have been paid for, so there are no further attempts until an operator decides (python -m ops redrive --pay-again)."),
  );
}

function waitingNotice(document) {
  const deliver = async () => {
    try {
      await request("POST", `documents/${document.number}/delivery`);
      announce("The message is visible again.");
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      announce(error.message);
    }
  };
  return el("div", { class: "sentence waiting", id: "waiting-notice" },
    el("p", {}, `Delivery ${document.deliveries} failed. Nothing is lost: the upload event waits in the queue and is retried, after 30 s at first, then after longer waits of up to 15 min.`),
    el("button", { type: "button", id: "deliver", onclick: deliver }, "Deliver now"));
}
