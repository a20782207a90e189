// The message on SQS: its attributes and its formatted body.

import { copy, receiveCommand } from "./commands.js";
import { el } from "./dom.js";
import { t } from "./i18n.js";
import { masked } from "./recognition.js";

export function messageCard(message, visible) {
  const event = JSON.parse(message.opened ?? message.body);
  const bytes = new TextEncoder().encode(message.body).length;
  return el(
    "section",
    { class: "card", "aria-labelledby": "message-title" },
    el("div", { class: "title-row" },
      el("h3", { id: "message-title" }, t("The message on SQS")),
      el("span", { class: "quiet" }, t("{0} bytes", bytes.toLocaleString("en"))),
      el("span", { class: "buttons" },
        el("button", { type: "button", class: "small", "data-copy": "body", onclick: () => copy(message.body, t("The message’s body is on the clipboard.")) }, t("Copy body")),
        el("button", { type: "button", class: "small", "data-copy": "receive", onclick: () => copy(receiveCommand(), t("The command is on the clipboard.")) }, t("Copy as aws")))),
    message.opened && el("p", { class: "quiet", id: "opened" }, t("It is sealed to its consumer. This is what it holds.")),
    el("p", { class: "chips" }, ...Object.entries(message.attributes).map(([name, value]) =>
      el("span", { class: "chip" }, el("span", { class: "quiet" }, `${name} `), value))),
    el("pre", { class: "json", tabindex: "0", id: "message-body", "aria-label": t("The message’s body") }, ...lines(visible ? event : masked(event), "")),
  );
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
