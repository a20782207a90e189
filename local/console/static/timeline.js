// What was seen of the document, in order, by the time since it was uploaded.

import { el } from "./dom.js";

export function timeline(document) {
  return el(
    "section",
    { class: "card", "aria-labelledby": "timeline-title" },
    el("h3", { id: "timeline-title" }, "What was seen of it"),
    el("ol", { class: "timeline" }, ...[...document.sightings].sort((one, other) => one.at - other.at).map((seen) => row(document, seen))),
  );
}

function row(document, seen) {
  return el(
    "li",
    { "data-light": seen.light ?? "off" },
    el("span", { class: "since" }, since(seen.at - document.began)),
    el("span", { class: "station-name" }, seen.station),
    el("span", {}, seen.text),
  );
}

export function since(seconds) {
  const milliseconds = Math.max(0, Math.round(seconds * 1000));
  if (milliseconds < 1000) return `${milliseconds} ms`;
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${(milliseconds / 60_000).toFixed(1)} min`;
}
