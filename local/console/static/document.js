// The selected document: its stations, its picture and fields or its rejection, and its details.

import { json } from "./api.js";
import { byId, el, redraw } from "./dom.js";
import { fieldList, linkFieldsToBoxes } from "./fields.js";
import { t } from "./i18n.js";
import { messageCard } from "./message.js";
import { drawBoxes, picture } from "./picture.js";
import { facts, recognisedFields } from "./recognition.js";
import { stations } from "./stations.js";
import { on, selected, valuesVisible } from "./store.js";
import { summary } from "./summary.js";
import { timeline } from "./timeline.js";
import { verificationCard } from "./verification.js";

// Pictures by document number, and messages by their own id: a delayed document may get another one. Null while being fetched, or if they cannot be shown.
const pictures = new Map();
const messages = new Map();

export function start() {
  on("selected", draw);
  on("masking", draw);
  on("stopped", draw);
  draw();
}

function draw() {
  const document = selected();
  const region = byId("document");
  region.classList.toggle("masked", !valuesVisible());
  if (!document) return redraw(region, welcome());
  const { number, messageId } = document;
  fetchInto(pictures, number, number, document.pixels && document.stations.bucket?.state === "done", () => picture(document));
  fetchInto(messages, messageId, number, messageId, () => fetchMessage(number));
  const received = messages.get(messageId);
  const card = summary(document);
  const body = content(document, received, pictures.get(number));
  if (body) card.append(body);
  linkFieldsToBoxes(card, received?.fields);
  redraw(region, card, details(document, received));
}

// Fetch something once, as soon as it is available, and draw again when it has arrived.
async function fetchInto(map, id, number, available, fetching) {
  if (!available || map.has(id)) return;
  map.set(id, null);
  map.set(id, await fetching().catch(() => null));
  if (map.get(id) && selected()?.number === number) draw();
}

async function fetchMessage(number) {
  const message = await json("GET", `documents/${number}/message`);
  const { data } = JSON.parse(message.opened ?? message.body);
  return { message, data, fields: data.result ? recognisedFields(data.result, data.withheld?.omitted) : [] };
}

function content({ outcome }, received, figure) {
  if (figure) drawBoxes(figure, received?.fields ?? []);
  const { rejection: rejected, result } = received?.data ?? {};
  // Of a delayed document, the summary says why.
  const beside = rejected ? rejection(rejected) : result ? recognition(received) : received?.data.sealed ? sealed() : null;
  if (!figure) return beside;
  return el("div", { class: "recognition" }, figure, beside ?? el("p", { class: "quiet" }, outcome === "parked" ? "" : t("The fields will appear here.")));
}

function recognition({ data, fields }) {
  return el("div", {},
    el("p", { class: "chips" }, ...facts(data.result).map((fact) => el("span", { class: "chip" }, fact))),
    data.review?.required && el("p", { class: "sentence waiting", id: "review" },
      t("A person must look at {0}. Correct the claim below before you ask for a verdict.",
        data.review.fields.map(({ name, why }) => `${name} (${why})`).join(", "))),
    fieldList(fields, valuesVisible()));
}

function rejection({ code, resultCode, reason }) {
  return el("div", { class: "sentence failed", id: "rejection" },
    el("p", {}, el("strong", {}, code), resultCode !== undefined && el("span", { class: "chip" }, t("result code {0}", String(resultCode)))),
    el("p", {}, `${reason[0].toUpperCase()}${reason.slice(1)}.`));
}

function sealed() {
  return el("p", { class: "sentence waiting", id: "sealed" },
    t("The message is sealed to its consumer. Start the console with --private-key to see what it holds."));
}

function details(document, received) {
  const offer = received?.data.verification;
  return el("div", { class: "details" },
    el("div", { class: "pair" }, offer && verificationCard(document, offer, valuesVisible()), timeline(document)),
    received && messageCard(received.message, valuesVisible()));
}

function welcome() {
  return el("section", { class: "card welcome", "aria-labelledby": "welcome-title" },
    el("h2", { id: "welcome-title" }, t("Upload an image, receive its fields")),
    el("p", {}, t("Drop images of cards or choose a specimen. They are uploaded to the bucket of the stack that you would deploy. Each station lights up when the document is observed there.")),
    stations(null));
}
