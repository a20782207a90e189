// The document that is looked at: stations, picture and fields, or why it was rejected or waits; then all its details.

import { Refused, json, request } from "./api.js";
import { byId, el, say } from "./dom.js";
import { fieldList, link } from "./fields.js";
import { messageCard } from "./message.js";
import { picture } from "./picture.js";
import { entries, facts } from "./reading.js";
import { stations } from "./stations.js";
import { on, selected, show, state, visible } from "./store.js";
import { since, timeline } from "./timeline.js";
import { verificationCard } from "./verification.js";

const loaded = new Map();
let turn = 0;

export function start() {
  on("selected", draw);
  on("masking", draw);
  draw();
}

async function draw() {
  const mine = ++turn;
  const document = selected();
  const region = byId("document");
  if (!document) return region.replaceChildren(welcome());
  const top = head(document);
  const details = loaded.get(document.number) ?? (document.outcome in FINISHED ? null : {});
  if (details) return put(region, top, document, details);
  const kept = [...region.querySelectorAll(":scope > .lower")];
  region.replaceChildren(top, ...(region.dataset.number === String(document.number) ? kept : []));
  const fetched = await load(document);
  loaded.set(document.number, fetched);
  if (mine === turn) put(region, top, document, fetched);
}

const FINISHED = { analyzed: true, rejected: true };

async function load(document) {
  const message = await json("GET", `documents/${document.number}/message`);
  const { data } = JSON.parse(message.body);
  const fields = data.result ? entries(data.result) : [];
  return { message, data, fields, figure: await picture(document.number, fields).catch(() => null) };
}

function put(region, top, document, { message, data, fields, figure }) {
  const focused = region.contains(window.document.activeElement) ? window.document.activeElement : null;
  const place = focused && (focused.id || focused.dataset.at ? focused.id || `[data-at="${focused.dataset.at}"]` : null);
  region.dataset.number = document.number;
  const shown = visible();
  if (data) top.append(data.rejection ? rejection(data.rejection, figure) : reading(data, fields, figure, shown));
  region.classList.toggle("covering", !shown);
  const offer = data?.verification;
  region.replaceChildren(top, el("div", { class: "lower" },
    el("div", { class: "pair" }, offer && verificationCard(document.number, offer, shown), timeline(document)),
    message && messageCard(message, shown)));
  link(top);
  if (place) (byId(place) ?? top.querySelector(`button${place}`))?.focus({ preventScroll: true });
}

function head(document) {
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

function reading(data, fields, figure, shown) {
  return el("div", { class: "reading" },
    figure ?? el("p", { class: "quiet" }, "The browser cannot show this image."),
    el("div", {}, el("p", { class: "chips" }, ...facts(data.result).map((fact) => el("span", { class: "chip" }, fact))), fieldList(fields, shown)));
}

function rejection({ code, resultCode, reason }, figure) {
  const why = el("div", { class: "sentence failed", id: "rejection" },
    el("p", {}, el("strong", {}, code), resultCode !== undefined && el("span", { class: "chip" }, `result code ${resultCode}`)),
    el("p", {}, `${reason[0].toUpperCase()}${reason.slice(1)}.`));
  return figure ? el("div", { class: "reading" }, figure, why) : why;
}

function welcome() {
  return el("section", { class: "card welcome", "aria-labelledby": "welcome-title" },
    el("h2", { id: "welcome-title" }, "An image goes in, its fields come out"),
    el("p", {}, "Drop the image of a card, or pick a specimen. It goes into the bucket of the same stack that you would deploy, and each station lights up when something was seen there."),
    stations(null));
}
