// The message on SQS: its attributes and its formatted body.

import { announce, el } from "./dom.js";
import { masked } from "./recognition.js";

export function messageCard(message, visible) {
  const event = JSON.parse(message.body);
  const bytes = new TextEncoder().encode(message.body).length;
  return el(
    "section",
    { class: "card", "aria-labelledby": "message-title" },
    el("div", { class: "title-row" },
      el("h3", { id: "message-title" }, "The message on SQS"),
      el("span", { class: "quiet" }, `${bytes.toLocaleString("en")} bytes`),
      el("button", { type: "button", class: "small", onclick: () => copy(message.body) }, "Copy body")),
    el("p", { class: "chips" }, ...Object.entries(message.attributes).map(([name, value]) =>
      el("span", { class: "chip" }, el("span", { class: "quiet" }, `${name} `), value))),
    el("pre", { class: "json", tabindex: "0", "aria-label": "The message's body" }, ...lines(visible ? event : masked(event), "")),
  );
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    announce("The message's body is on the clipboard.");
  } catch {
    announce("The browser does not allow the page to copy.");
  }
}

function lines(value, indent) {
  if (value === null || typeof value !== "object") {
    return [el("span", { class: `json-${value === null ? "null" : typeof value}` }, JSON.stringify(value))];
  }
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const members = Object.entries(value);
  if (!members.length) return [open + close];
  if (isFlat(value)) return [el("span", { class: "json-flat" }, JSON.stringify(value).replaceAll(",", ", ").replaceAll(":", ": "))];
  const nested = `${indent}  `;
  return [
    `${open}\n`,
    ...members.flatMap(([key, member], index) => [
      nested,
      ...(Array.isArray(value) ? [] : [el("span", { class: "json-key" }, JSON.stringify(key)), ": "]),
      ...lines(member, nested),
      index < members.length - 1 ? ",\n" : "\n",
    ]),
    indent + close,
  ];
}

// Coordinates are printed on one line.
const isFlat = (value) => !Array.isArray(value) && Object.values(value).every((member) => typeof member === "number");
