// Verification of an ID card: the ready-made claim, which can be changed before it is sent, and the response.

import { RequestError, request } from "./api.js";
import { announce, breakable, el } from "./dom.js";

// Claims and responses by document. They remain while other documents are selected.
const drafts = new Map();

export function verificationCard(number, offer, visible) {
  const draft = drafts.get(number) ?? { claim: { ...offer.request }, response: null, sending: false };
  drafts.set(number, draft);
  const names = [...Object.keys(offer.request), ...offer.missing];
  const result = el("div", { class: "response", role: "status" });
  const button = el("button", { type: "submit", class: "primary", id: "verify" }, "Verify");
  const form = el(
    "form",
    { class: visible ? "claim" : "claim masked", autocomplete: "off", onsubmit: (event) => { event.preventDefault(); send(); } },
    ...names.map((name) => row(name, draft, offer)),
    el("div", { class: "buttons" }, button,
      el("button", { type: "button", onclick: () => { draft.claim = { ...offer.request }; fill(form, draft.claim); } }, "Reset")),
  );

  // Replaced with each redraw, so that a response is shown on the card that is on the page when it arrives.
  draft.show = () => {
    button.disabled = draft.sending;
    if (draft.sending) result.replaceChildren(el("p", { class: "quiet" }, "Sending …"));
    else if (draft.response) result.replaceChildren(...renderResponse(draft.response));
  };

  async function send() {
    draft.sending = true;
    draft.show();
    try {
      const body = JSON.stringify(draft.claim);
      draft.response = await (await request("POST", `documents/${number}/verification`, { body })).json();
    } catch (error) {
      draft.response = { status: error instanceof RequestError ? error.status : 0, body: { title: error.message } };
    }
    draft.sending = false;
    draft.show();
    announce(renderResponse(draft.response)[0].textContent);
  }

  draft.show();
  return el(
    "section",
    { class: "card", "aria-labelledby": "verification-title", id: "verification" },
    el("div", { class: "title-row" },
      el("h3", { id: "verification-title" }, "Is it authentic?"),
      el("span", { class: "quiet" }, `valid until ${new Date(offer.expiresAt).toLocaleTimeString([], { timeStyle: "short" })}, for one verdict`)),
    form,
    result,
  );
}

function row(name, draft, offer) {
  const fixed = name === "idType";
  const input = el("input", {
    id: `claim-${name}`, name, type: "text", spellcheck: "false", readonly: fixed, class: fixed ? "fixed" : null,
    placeholder: offer.missing.includes(name) ? "not recognised; ask the person" : null,
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

function renderResponse({ status, body, retryAfter }) {
  const authentic = status === 200 ? body.isAuthenticity : null;
  const verdict = authentic === null ? "problem" : authentic ? "yes" : "no";
  const title = authentic === null ? `${status || ""} ${body.type ?? ""}`.trim() : authentic ? "Authentic" : "Not authentic";
  const details = [body.detail ?? body.title, retryAfter && `Try again in ${retryAfter} s.`].filter(Boolean);
  return [
    el("p", { class: `verdict ${verdict}` }, title || "No response"),
    ...(authentic === null ? details.map((sentence) => el("p", {}, sentence)) : []),
    el("pre", { class: "json", tabindex: "0", "aria-label": "The response" }, JSON.stringify(body, null, 2)),
  ];
}
