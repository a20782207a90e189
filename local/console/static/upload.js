// Uploads images that are dropped, chosen or drawn as specimens. Files are listed first, each with its kind.

import { json, request } from "./api.js";
import { announce, byId, el, redraw, scrollToDocument, show } from "./dom.js";
import { t } from "./i18n.js";
import { on, select, state } from "./store.js";

const SAMPLES = {
  "credit-card": t("Credit card"),
  resident: t("Resident card"),
  driver: t("Driver’s licence"),
  passport: t("Passport"),
  "resident-stand-alone": t("Resident, stand-alone"),
  letter: t("Letter (no card)"),
  "no-image": t("Text file"),
  "too-large": t("Image of 21 MiB"),
};
const REJECTED_SAMPLES = new Set(["letter", "no-image", "too-large"]);
// The kind that a file's name suggests. The first match decides.
const GUESSES = [
  ["id-card/stand-alone", /stand.?alone|단독/i],
  ["id-card", /resident|driver|passport|licen[cs]e|id.?card|신분|주민|운전|면허|여권/i],
  ["credit-card", /credit|card|신용|카드/i],
];

// The files that are listed: { number, file, kind, problem, sending }. A refused file stays, with its problem.
let files = [];
let numbered = 0;

export function start({ samples }) {
  byId("samples").append(...samples.map((sample) =>
    el("button", { type: "button", class: REJECTED_SAMPLES.has(sample) ? "sample rejected-sample" : "sample", "data-sample": sample,
      onclick: () => uploadSample(sample) }, SAMPLES[sample] ?? sample)));
  byId("file").addEventListener("change", ({ target }) => {
    add([...target.files]);
    target.value = "";
  });
  byId("send").addEventListener("click", sendAll);
  byId("clear").addEventListener("click", () => { files = []; draw(); });
  acceptDrops(byId("drop"));
  on("stopped", draw);
}

// A different document each time: identical images would differ only in their place in the list.
const seed = () => Math.max(0, ...state.documents.keys()) + 1;

function acceptDrops(zone) {
  // A file that is dropped outside the zone must not replace the page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, () => zone.classList.add("over"));
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", ({ dataTransfer }) => state.stopped || add([...dataTransfer.files]));
}

const guess = (name) => GUESSES.find(([kind, pattern]) => state.about.kinds.includes(kind) && pattern.test(name))?.[0] ?? "id-card";

const mebibytes = (size) => `${(size / 2 ** 20).toFixed(1).replace(/\.0$/, "")} MiB`;

function add(chosen) {
  const limit = state.about.largestUpload;
  files = files.concat(chosen.map((file) => ({
    number: ++numbered, file, kind: guess(file.name), sending: false,
    problem: file.size > limit
      ? t("It has {0}. The console accepts at most {1}. The pipeline itself rejects images above 20 MiB.", mebibytes(file.size), mebibytes(limit))
      : "",
  })));
  draw();
  byId("send").focus();
}

const waiting = () => files.filter((each) => !each.problem);

function draw() {
  const count = waiting().length;
  redraw(byId("staged"), ...files.map(row));
  byId("staging").hidden = !files.length;
  byId("send").textContent = count === 1 ? t("Upload 1 image") : t("Upload {0} images", String(count));
  byId("send").disabled = !count || waiting().some((each) => each.sending);
}

function row(entry) {
  const { number, file, kind, problem, sending } = entry;
  const select_ = el("select", { "data-staged": number, "aria-label": t("Kind of {0}", file.name), disabled: sending || problem !== "",
    onchange: ({ target }) => { entry.kind = target.value; } },
    ...state.about.kinds.map((each) => el("option", { value: each, selected: each === kind }, each)));
  return el("li", { class: problem ? "staged refused" : "staged" },
    el("span", { class: "staged-name" }, file.name),
    select_,
    el("button", { type: "button", class: "small", "data-staged": number, disabled: sending, "aria-label": t("Remove {0}", file.name),
      onclick: () => { files = files.filter((each) => each !== entry); draw(); } }, "✕"),
    problem && el("p", { class: "staged-problem" }, problem));
}

async function sendAll() {
  showProblem("");
  for (const entry of waiting()) {
    entry.sending = true;
    draw();
    const query = new URLSearchParams({ kind: entry.kind, name: entry.file.name });
    try {
      opened(await (await request("POST", `documents?${query}`, { body: entry.file })).json());
      files = files.filter((each) => each !== entry);
    } catch (error) {
      entry.problem = t("The upload failed: {0}.", error.message);
    }
    entry.sending = false;
    draw();
  }
  const refused = files.filter((each) => each.problem).length;
  if (refused) announce(t("Not uploaded: {0}.", String(refused)));
}

async function uploadSample(sample) {
  showProblem("");
  try {
    opened(await json("POST", "samples", { sample, seed: seed() }));
  } catch (error) {
    showProblem(t("The upload failed: {0}.", error.message));
  }
}

function opened({ number }) {
  select(number);
  scrollToDocument();
  announce(t("{0} is in the bucket.", state.documents.get(number)?.name ?? t("The image")));
}

function showProblem(sentence) {
  show("upload-problem", sentence);
  byId("upload-problem").hidden = !sentence;
}
