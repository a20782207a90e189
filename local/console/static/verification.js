// Verification of an ID card: the ready-made claim, which can be corrected before it is sent, and the response.

import { RequestError, request } from "./api.js";
import { copy, verdictCommand } from "./commands.js";
import { announce, el } from "./dom.js";
import { fieldName } from "./fields.js";
import { observed, t } from "./i18n.js";
import { label } from "./labels.js";
import { state } from "./store.js";

// Claims and responses by document. They remain while other documents are selected.
const drafts = new Map();
// After these, the Request-Key can give no other verdict.
const SPENT = new Set(["request-key-spent", "request-key-expired", "card-locked"]);

export function verificationCard(document, offer, visible) {
  const { number } = document;
  const draft = drafts.get(number) ?? { claim: { ...offer.request }, response: null, sending: false, keys: new Map() };
  drafts.set(number, draft);
  const names = [...Object.keys(offer.request), ...(offer.withheld ?? []), ...offer.missing];
  const result = el("div", { class: "response", role: "status" });
  const button = el("button", { type: "submit", class: "primary", id: "verify" }, t("Verify"));
  const again = el("button", { type: "button", id: "again", onclick: () => send() }, t("Fetch the verdict again"));
  const reset = el("button", { type: "button", id: "reset", onclick: () => { draft.claim = { ...offer.request }; fill(form, draft.claim); } }, t("Reset"));
  const cost = el("p", { class: "quiet", id: "again-cost" },
    t("The Request-Key is used: it gives one verdict. Fetching this verdict again is free. A verdict on another claim needs a new upload of the image, which is a paid call."));
  const form = el(
    "form",
    { class: visible ? "claim" : "claim masked", autocomplete: "off", onsubmit: (event) => { event.preventDefault(); send(); } },
    ...names.map((name) => row(name, draft, offer)),
    !state.about.reader && el("p", { class: "sentence waiting", id: "lock-warning" },
      t("This is a real service: five claims with a wrong date of issue lock the person’s card.")),
    el("div", { class: "buttons" }, button, again, reset,
      el("button", { type: "button", class: "small", "data-copy": "verdict",
        onclick: () => copy(verdictCommand(document, body(draft, offer), keyOf(draft)), t("The command is on the clipboard. It holds the claim.")) }, t("Copy as curl"))),
    cost,
  );

  // Replaced with each redraw, so that a response is shown on the card that is on the page when it arrives. A card of a
  // document that is no longer selected takes no focus.
  draft.focusFault = () => form.querySelector("[aria-invalid=true]")?.focus();
  draft.show = () => {
    const { sending, response } = draft;
    const judged = response?.status === 200;
    const over = judged || SPENT.has(response?.body.type);
    button.hidden = over;
    button.disabled = sending || state.stopped;
    again.hidden = !judged;
    again.disabled = sending || state.stopped;
    reset.hidden = over;
    cost.hidden = !over;
    showFaults(form, over, response?.body.errors ?? []);
    if (sending) result.replaceChildren(el("p", { class: "quiet" }, t("Sending …")));
    else if (response) result.replaceChildren(...renderResponse(response));
  };

  async function send() {
    draft.sending = true;
    draft.show();
    const before = draft.response;
    try {
      const headers = { "Idempotency-Key": keyOf(draft) };
      draft.response = await (await request("POST", `documents/${number}/verification`, { body: body(draft, offer), headers })).json();
    } catch (error) {
      draft.response = { status: error instanceof RequestError ? error.status : 0, body: { title: error.message } };
    }
    // A verdict stays, whatever a later question is answered.
    if (before?.status === 200 && draft.response.status !== 200) draft.response = before;
    draft.sending = false;
    draft.show();
    announce(renderResponse(draft.response)[0].textContent);
    draft.focusFault();
  }

  draft.show();
  const until = new Date(offer.expiresAt).toLocaleTimeString([], { timeStyle: "short" });
  return el(
    "section",
    { class: "card", "aria-labelledby": "verification-title", id: "verification" },
    el("div", { class: "title-row" },
      el("h3", { id: "verification-title" }, t("Is it authentic?")),
      el("span", { class: "quiet" }, t("valid until {0}, for one verdict", until))),
    form,
    result,
  );
}

// One key for each claim: sent again, the same claim fetches the same verdict and spends nothing.
function keyOf({ claim, keys }) {
  const text = JSON.stringify(claim);
  if (!keys.has(text)) keys.set(text, [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  return keys.get(text);
}

function row(name, draft, offer) {
  const fixed = name === "idType";
  const input = el("input", {
    id: `claim-${name}`, name, type: "text", spellcheck: "false", readonly: fixed, class: fixed ? "fixed" : null,
    placeholder: placeholder(name, offer), "aria-describedby": `fault-${name}`,
    oninput: (event) => {
      if (event.target.value) draft.claim[name] = event.target.value;
      else delete draft.claim[name];
    },
  });
  input.value = draft.claim[name] ?? "";
  return el("div", { class: "claim-row" }, el("label", { for: `claim-${name}` }, ...fieldName(name)), input,
    el("p", { class: "claim-fault", id: `fault-${name}`, hidden: true }));
}

// With a sealed claim, the fields of the form correct it.
const body = ({ claim }, { sealedClaim }) => JSON.stringify(sealedClaim ? { ...claim, sealedClaim } : claim);

function placeholder(name, offer) {
  if (offer.missing.includes(name)) return t("not recognised; ask the person");
  if (!offer.withheld?.includes(name)) return null;
  return offer.sealedClaim ? t("withheld; the sealed claim has it") : t("withheld; ask the person");
}

// Each fault stands at its field. When no other verdict can be had, the fields can only be read.
function showFaults(form, over, errors) {
  for (const input of form.querySelectorAll("input")) {
    const fault = errors.find(({ field }) => field === input.name);
    const sentence = form.querySelector(`#${CSS.escape(`fault-${input.name}`)}`);
    input.setAttribute("aria-invalid", String(Boolean(fault)));
    input.readOnly = over || input.name === "idType";
    sentence.hidden = !fault;
    sentence.textContent = fault ? `${label(input.name)}: ${observed(fault.reason)}` : "";
  }
}

function fill(form, claim) {
  for (const input of form.querySelectorAll("input")) input.value = claim[input.name] ?? "";
}

function renderResponse({ status, body, retryAfter, attemptsLeft }) {
  const authentic = status === 200 ? body.isAuthenticity : null;
  const verdict = authentic === null ? "problem" : authentic ? "yes" : "no";
  const title = authentic === null ? t(body.title ?? "No response") : authentic ? t("Authentic") : t("Not authentic");
  const details = [t(body.detail ?? ""), retryAfter && t("Try again in {0} s.", retryAfter)].filter(Boolean);
  return [
    el("p", { class: `verdict ${verdict}` }, title),
    ...(authentic === null ? details.map((sentence) => el("p", {}, sentence)) : []),
    ...(attemptsLeft && !authentic ? [el("p", { class: "quiet" }, t("The lock guard lets {0} more claims about this person through.", attemptsLeft))] : []),
    el("details", { id: "response" }, el("summary", { id: "response-title" }, t("The response, status {0}", String(status))),
      el("pre", { class: "json", tabindex: "0", id: "response-body", "aria-label": t("The response") }, JSON.stringify(body, null, 2))),
  ];
}
