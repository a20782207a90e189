// Is the card authentic? The claim that the message offers, ready to be sent or changed first, and what came of it.

import { Refused, request } from "./api.js";
import { breakable, el, say } from "./dom.js";

// What was filled in and answered, by document: it stays while other documents are looked at.
const kept = new Map();

export function verificationCard(number, offer, shown) {
  const draft = kept.get(number) ?? { claim: { ...offer.request }, answer: null, asking: false };
  kept.set(number, draft);
  const names = [...Object.keys(offer.request), ...offer.missing];
  const answer = el("div", { class: "answer", role: "status" });
  const button = el("button", { type: "submit", class: "primary", id: "ask" }, "Ask");
  const form = el(
    "form",
    { class: shown ? "claim" : "claim covered", autocomplete: "off", onsubmit: (event) => { event.preventDefault(); ask(); } },
    ...names.map((name) => row(name, draft, offer)),
    el("div", { class: "buttons" }, button,
      el("button", { type: "button", onclick: () => { draft.claim = { ...offer.request }; fill(form, draft.claim); } }, "As it was read")),
  );

  // Of the card that stands on the page: it may be drawn anew while an answer is on its way.
  draft.show = () => {
    button.disabled = draft.asking;
    if (draft.asking) answer.replaceChildren(el("p", { class: "quiet" }, "Asking …"));
    else if (draft.answer) answer.replaceChildren(...answered(draft.answer));
  };

  async function ask() {
    draft.asking = true;
    draft.show();
    try {
      const body = JSON.stringify(draft.claim);
      draft.answer = await (await request("POST", `documents/${number}/verification`, { body })).json();
    } catch (error) {
      draft.answer = { status: error instanceof Refused ? error.status : 0, body: { title: error.message } };
    }
    draft.asking = false;
    draft.show();
    say(answered(draft.answer)[0].textContent);
  }

  draft.show();
  return el(
    "section",
    { class: "card", "aria-labelledby": "verification-title", id: "verification" },
    el("div", { class: "title-row" },
      el("h3", { id: "verification-title" }, "Is it authentic?"),
      el("span", { class: "quiet" }, `offered until ${new Date(offer.expiresAt).toLocaleTimeString([], { timeStyle: "short" })}, for one verdict`)),
    form,
    answer,
  );
}

function row(name, draft, offer) {
  const fixed = name === "idType";
  const input = el("input", {
    id: `claim-${name}`, name, type: "text", spellcheck: "false", readonly: fixed, class: fixed ? "fixed" : null,
    placeholder: offer.missing.includes(name) ? "could not be read; ask the person" : null,
    oninput: (event) => {
      if (event.target.value) draft.claim[name] = event.target.value;
      else delete draft.claim[name];
    },
  });
  input.value = draft.claim[name] ?? "";
  return el("div", { class: "claim-row" }, el("label", { for: `claim-${name}` }, ...breakable(name)), input);
}

function fill(form, claim) {
  for (const input of form.querySelectorAll("input")) input.value = claim[input.name] ?? "";
}

function answered({ status, body, retryAfter }) {
  const authentic = status === 200 ? body.isAuthenticity : null;
  const look = authentic === null ? "problem" : authentic ? "yes" : "no";
  const words = authentic === null ? `${status || ""} ${body.type ?? ""}`.trim() : authentic ? "Authentic" : "Not authentic";
  const details = [body.detail ?? body.title, retryAfter && `Worth another try in ${retryAfter} s.`].filter(Boolean);
  return [
    el("p", { class: `verdict ${look}` }, words || "No answer"),
    ...(authentic === null ? details.map((sentence) => el("p", {}, sentence)) : []),
    el("pre", { class: "json", tabindex: "0", "aria-label": "The answer" }, JSON.stringify(body, null, 2)),
  ];
}
