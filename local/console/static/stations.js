// The stations of the pipeline. A station lights up when the document was observed there.

import { el, icon } from "./dom.js";
import { observed, t } from "./i18n.js";

const STATIONS = [
  ["bucket", t("Bucket"), "S3"],
  ["queue", t("Queue"), "SQS uploads"],
  ["function", t("Function"), "Lambda analyze"],
  ["ocr", t("OCR service"), t("sealed call")],
  ["results", t("Results"), "SQS results"],
];
const STATE_NAMES = { active: t("under way"), done: t("done"), waiting: t("waiting"), failed: t("failed") };

export function stations(document) {
  return el(
    "ol",
    { class: "stations", "aria-label": t("Stations") },
    ...STATIONS.map(([id, name, description]) => station(id, name, description, document?.stations[id])),
  );
}

function station(id, name, description, seen) {
  const state = seen ? STATE_NAMES[seen.state] : t("not reached");
  return el(
    "li",
    { class: "station", "data-station": id, "data-state": seen?.state ?? "off" },
    el("span", { class: "lamp" }, icon(id === "results" && seen?.state === "failed" ? "results-failed" : id)),
    el("strong", {}, name, el("span", { class: "hidden" }, `: ${state}`)),
    el("span", { class: "station-text" }, seen ? observed(seen.text) : description),
  );
}
