// The stations of the pipeline. A station lights up when the document was observed there.

import { el, icon } from "./dom.js";

const STATIONS = [
  ["bucket", "Bucket", "S3"],
  ["queue", "Queue", "SQS uploads"],
  ["function", "Function", "Lambda analyze"],
  ["ocr", "OCR service", "sealed call"],
  ["results", "Results", "SQS results"],
];
const STATE_NAMES = { active: "under way", done: "done", waiting: "waiting", failed: "failed" };

export function stations(document) {
  return el(
    "ol",
    { class: "stations", "aria-label": "Stations" },
    ...STATIONS.map(([id, name, description]) => station(id, name, description, document?.stations[id])),
  );
}

function station(id, name, description, observed) {
  const state = observed ? STATE_NAMES[observed.state] : "not reached";
  return el(
    "li",
    { class: "station", "data-station": id, "data-state": observed?.state ?? "off" },
    el("span", { class: "lamp" }, icon(id)),
    el("strong", {}, name, el("span", { class: "hidden" }, `: ${state}`)),
    el("span", { class: "station-text" }, observed?.text ?? description),
  );
}
