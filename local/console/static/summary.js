// The selected document's name and state, its stations, and what can be done now.

import { RequestError, request } from "./api.js";
import { copy, uploadCommand } from "./commands.js";
import { announce, el } from "./dom.js";
import { OUTCOME_NAMES } from "./history.js";
import { t } from "./i18n.js";
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
      el("span", { class: `badge ${document.outcome}` }, OUTCOME_NAMES[document.outcome]),
      finished && el("span", { class: "quiet" }, took(document)),
      el("span", { class: "buttons" },
        el("button", { type: "button", class: "small", "data-copy": "upload",
          onclick: () => copy(uploadCommand(document), t("The command is on the clipboard.")) }, t("Copy as aws")),
        finished && el("button", { type: "button", class: "small", id: "show-one", "aria-pressed": String(visible), disabled: state.showAll,
          onclick: () => setVisible(document.number, !visible) }, visible ? t("Hide values") : t("Show values")))),
    stations(document),
    document.outcome === "waiting" && waitingNotice(document),
    document.outcome === "parked" && parkedNotice(document),
  );
}

function took({ began, ended, deliveries }) {
  const seconds = duration(ended - began);
  return deliveries > 1 ? t("{0}, {1} deliveries", seconds, String(deliveries)) : seconds;
}

function waitingNotice(document) {
  return el("div", { class: "sentence waiting", id: "waiting-notice" },
    el("p", {}, t("Delivery {0} failed. Nothing is lost: the upload event waits in the queue and is retried, after 30 s at first, then after longer waits of up to 15 min.", String(document.deliveries))),
    el("button", { type: "button", id: "deliver", disabled: state.stopped,
      onclick: () => act(document, "delivery", t("The message is visible again.")) }, t("Deliver now")));
}

function parkedNotice(document) {
  return el("div", { class: "sentence failed", id: "parked-notice" },
    el("p", {}, t("Parked in the dead-letter queue with a reason. Calls whose responses were lost may have been paid for, so there are no further attempts until an operator decides.")),
    el("p", {}, t("Freeing it allows one more attempt. If the lost calls were billed, this image is paid for once more. The command for a deployed stack: python -m ops redrive --pay-again.")),
    el("button", { type: "button", id: "free", disabled: state.stopped,
      onclick: () => act(document, "release", t("The document is free for one more attempt.")) }, t("Free it for one more call")));
}

async function act(document, what, sentence) {
  try {
    await request("POST", `documents/${document.number}/${what}`);
    announce(sentence);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    announce(error.message);
  }
}
