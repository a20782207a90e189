// Uploads images that are dropped, chosen or drawn as specimens.

import { json, request } from "./api.js";
import { announce, byId, el, scrollToDocument, show } from "./dom.js";
import { select, state } from "./store.js";

const SAMPLES = {
  "credit-card": "Credit card",
  resident: "Resident card",
  driver: "Driver’s licence",
  passport: "Passport",
  "resident-stand-alone": "Resident, stand-alone",
  letter: "Letter (no card)",
  "no-image": "Text file",
  "too-large": "Image of 21 MiB",
};
const REJECTED_SAMPLES = new Set(["letter", "no-image", "too-large"]);

export function start({ kinds, samples }) {
  byId("kinds").append(...kinds.map((kind, index) =>
    el("label", {}, el("input", { type: "radio", name: "kind", value: kind, checked: index === 1 }), el("span", {}, kind))));
  byId("samples").append(...samples.map((sample) =>
    el("button", { type: "button", class: REJECTED_SAMPLES.has(sample) ? "sample rejected-sample" : "sample", "data-sample": sample,
      onclick: () => upload(() => json("POST", "samples", { sample, seed: seed() })) }, SAMPLES[sample] ?? sample)));
  byId("file").addEventListener("change", ({ target }) => {
    uploadFiles([...target.files]);
    target.value = "";
  });
  acceptDrops(byId("drop"));
}

// A different document each time: identical images would differ only in their place in the list.
const seed = () => Math.max(0, ...state.documents.keys()) + 1;

function acceptDrops(zone) {
  // A file that is dropped outside the zone must not replace the page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, () => zone.classList.add("over"));
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", ({ dataTransfer }) => uploadFiles([...dataTransfer.files]));
}

const mebibytes = (size) => `${(size / 2 ** 20).toFixed(1).replace(/\.0$/, "")} MiB`;

async function uploadFiles(files) {
  const kind = document.querySelector("input[name=kind]:checked").value;
  for (const file of files) {
    if (file.size > state.about.largestUpload) {
      showProblem(`${file.name} has ${mebibytes(file.size)}. The console accepts at most ${mebibytes(state.about.largestUpload)}. The pipeline itself rejects images above 20 MiB.`);
      continue;
    }
    const query = new URLSearchParams({ kind, name: file.name });
    await upload(async () => (await request("POST", `documents?${query}`, { body: file })).json());
  }
}

async function upload(send) {
  showProblem("");
  try {
    const { number } = await send();
    select(number);
    scrollToDocument();
    announce(`${state.documents.get(number)?.name ?? "The image"} is in the bucket.`);
  } catch (error) {
    showProblem(`The upload failed: ${error.message}.`);
  }
}

function showProblem(sentence) {
  show("upload-problem", sentence);
  byId("upload-problem").hidden = !sentence;
}
