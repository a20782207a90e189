// Images into the bucket: dropped, chosen or drawn as specimens.

import { json, request } from "./api.js";
import { byId, el, reveal, say } from "./dom.js";
import { select, state } from "./store.js";

const SAMPLES = {
  "credit-card": "Credit card",
  resident: "Resident card",
  driver: "Driver’s licence",
  passport: "Passport",
  "resident-stand-alone": "Resident, stand-alone",
  letter: "A letter: no card",
  "no-image": "A text file",
  "too-large": "An image of 21 MiB",
};
const REFUSED = new Set(["letter", "no-image", "too-large"]);

export function start({ kinds, samples }) {
  byId("kinds").append(...kinds.map((kind, at) =>
    el("label", {}, el("input", { type: "radio", name: "kind", value: kind, checked: at === 1 }), el("span", {}, kind))));
  byId("samples").append(...samples.map((sample) =>
    el("button", { type: "button", class: REFUSED.has(sample) ? "sample odd" : "sample", "data-sample": sample,
      onclick: () => busy(() => json("POST", "samples", { sample, seed: seed() })) }, SAMPLES[sample] ?? sample)));
  byId("file").addEventListener("change", ({ target }) => {
    take([...target.files]);
    target.value = "";
  });
  acceptDrops(byId("drop"));
}

// Another document each time: the same bytes would be told apart by their place in the list alone.
const seed = () => Math.max(0, ...state.documents.keys()) + 1;

function acceptDrops(zone) {
  // A file that is dropped beside the zone must not replace the page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, () => zone.classList.add("over"));
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", ({ dataTransfer }) => take([...dataTransfer.files]));
}

async function take(files) {
  const kind = document.querySelector("input[name=kind]:checked").value;
  for (const file of files) {
    if (file.size > state.about.largestUpload) {
      complain(`${file.name} has ${file.size.toLocaleString("en")} bytes. The console carries ${state.about.largestUpload.toLocaleString("en")} at most; the pipeline itself refuses images above 20 MiB.`);
      continue;
    }
    const where = new URLSearchParams({ kind, name: file.name });
    await busy(async () => (await request("POST", `documents?${where}`, { body: file })).json());
  }
}

async function busy(put) {
  complain("");
  try {
    const { number } = await put();
    select(number);
    reveal();
    say(`${state.documents.get(number)?.name ?? "The image"} is in the bucket.`);
  } catch (error) {
    complain(`That was not uploaded: ${error.message}.`);
  }
}

function complain(sentence) {
  const place = byId("upload-problem");
  place.textContent = sentence;
  place.hidden = !sentence;
}
