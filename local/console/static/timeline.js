// The observations of the document in order, with the time since its upload.

import { el } from "./dom.js";
import { observed, t } from "./i18n.js";

export function timeline(document) {
  return el(
    "section",
    { class: "card", "aria-labelledby": "timeline-title" },
    el("h3", { id: "timeline-title" }, t("Timeline")),
    el("ol", { class: "timeline" }, ...[...document.observations].sort((one, other) => one.at - other.at).map((observation) => row(document, observation))),
  );
}

function row(document, observation) {
  return el(
    "li",
    { "data-state": observation.state ?? "off" },
    el("span", { class: "since" }, duration(observation.at - document.began)),
    el("span", { class: "station-name" }, t(observation.station)),
    el("span", {}, observed(observation.text)),
  );
}

export function duration(seconds) {
  const milliseconds = Math.max(0, Math.round(seconds * 1000));
  if (milliseconds < 1000) return `${milliseconds} ms`;
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${(milliseconds / 60_000).toFixed(1)} min`;
}
