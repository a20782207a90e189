// Where the document is. A station lights up when something was seen of the document there.

import { el, icon } from "./dom.js";

const STATIONS = [
  ["bucket", "Bucket", "S3"],
  ["queue", "Queue", "SQS uploads"],
  ["function", "Function", "Lambda analyze"],
  ["ocr", "OCR service", "sealed call"],
  ["results", "Results", "SQS results"],
];
const SPOKEN = { active: "under way", done: "done", waiting: "waiting", failed: "failed" };

export function stations(document) {
  return el(
    "ol",
    { class: "stations", "aria-label": "Stations" },
    ...STATIONS.map(([id, name, what]) => station(id, name, what, document?.lights[id])),
  );
}

function station(id, name, what, seen) {
  const state = seen ? SPOKEN[seen.light] : "nothing seen";
  return el(
    "li",
    { class: "station", "data-station": id, "data-light": seen?.light ?? "off" },
    el("span", { class: "lamp" }, icon(id)),
    el("strong", {}, name, el("span", { class: "hidden" }, `: ${state}`)),
    el("span", { class: "station-text" }, seen?.text ?? what),
  );
}
