// The document that is looked at: stations, picture and fields, or why it was rejected; then all its details.

import { json } from "./api.js";
import { byId, el } from "./dom.js";
import { fieldList, link } from "./fields.js";
import { head } from "./head.js";
import { messageCard } from "./message.js";
import { outline, picture } from "./picture.js";
import { entries, facts } from "./reading.js";
import { stations } from "./stations.js";
import { on, selected, visible } from "./store.js";
import { timeline } from "./timeline.js";
import { verificationCard } from "./verification.js";

// Pictures and messages by document's number; null while they are fetched, or cannot be shown.
const pictures = new Map();
const messages = new Map();

export function start() {
  on("selected", draw);
  on("masking", draw);
  draw();
}

function draw() {
  const document = selected();
  const region = byId("document");
  region.classList.toggle("covering", !visible());
  if (!document) return region.replaceChildren(welcome());
  fetchInto(pictures, document, document.pixels && document.lights.bucket?.light === "done", () => picture(document));
  fetchInto(messages, document, document.lights.results, () => message(document.number));
  const focused = placeOf(window.document.activeElement, region);
  const read = messages.get(document.number);
  const top = head(document);
  const body = middle(document, read, pictures.get(document.number));
  if (body) top.append(body);
  region.replaceChildren(top, lower(document, read));
  link(top);
  if (focused) region.querySelector(focused)?.focus({ preventScroll: true });
}

// Fetch what is there to be fetched, once; draw again when it has come.
async function fetchInto(map, { number }, isThere, fetching) {
  if (!isThere || map.has(number)) return;
  map.set(number, null);
  map.set(number, await fetching().catch(() => null));
  if (map.get(number) && selected()?.number === number) draw();
}

async function message(number) {
  const came = await json("GET", `documents/${number}/message`);
  const { data } = JSON.parse(came.body);
  return { came, data, fields: data.result ? entries(data.result) : [] };
}

function middle({ outcome }, read, figure) {
  if (figure) outline(figure, read?.fields ?? []);
  const beside = read && (read.data.rejection ? rejection(read.data.rejection) : reading(read));
  if (!figure) return beside;
  return el("div", { class: "reading" }, figure, beside ?? el("p", { class: "quiet" }, outcome === "parked" ? "" : "Its fields will stand here."));
}

function reading({ data, fields }) {
  return el("div", {},
    el("p", { class: "chips" }, ...facts(data.result).map((fact) => el("span", { class: "chip" }, fact))),
    fieldList(fields, visible()));
}

function rejection({ code, resultCode, reason }) {
  return el("div", { class: "sentence failed", id: "rejection" },
    el("p", {}, el("strong", {}, code), resultCode !== undefined && el("span", { class: "chip" }, `result code ${resultCode}`)),
    el("p", {}, `${reason[0].toUpperCase()}${reason.slice(1)}.`));
}

function lower(document, read) {
  const offer = read?.data.verification;
  return el("div", { class: "lower" },
    el("div", { class: "pair" }, offer && verificationCard(document.number, offer, visible()), timeline(document)),
    read && messageCard(read.came, visible()));
}

// A selector that finds the focused element again after the region was drawn anew.
function placeOf(element, region) {
  if (!region.contains(element) || element === region) return null;
  return element.id ? `#${CSS.escape(element.id)}` : element.dataset.at ? `button[data-at="${element.dataset.at}"]` : null;
}

function welcome() {
  return el("section", { class: "card welcome", "aria-labelledby": "welcome-title" },
    el("h2", { id: "welcome-title" }, "An image goes in, its fields come out"),
    el("p", {}, "Drop the image of a card, or pick a specimen. It goes into the bucket of the same stack that you would deploy, and each station lights up when something was seen there."),
    stations(null));
}
