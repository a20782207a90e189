// The counters of the OCR service, and the depth of the queues.

import { byId, el } from "./dom.js";
import { observed, t } from "./i18n.js";
import { on } from "./store.js";

export function start() {
  on("counters", drawCounters);
  on("queues", drawQueues);
}

function drawCounters({ calls, publicKeys, paid, most }) {
  const rows = [
    [publicKeys, t("public keys issued")], [calls, t("sealed calls")],
    [paid, t("images paid for")], [most, t("most for one document")],
  ];
  byId("counters").replaceChildren(...rows.map(([count, name]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(count)))));
}

function drawQueues(queues) {
  byId("queues").replaceChildren(...queues.map(({ name, visible, notVisible }) =>
    el("tr", { class: visible + notVisible ? null : "quiet" },
      el("th", { scope: "row" }, observed(name)), el("td", {}, String(visible)), el("td", {}, String(notVisible)))));
}
