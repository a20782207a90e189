// The page's start: what the console can do, then everything that it has seen and will see.

import { follow, json } from "./api.js";
import * as document_ from "./document.js";
import { byId } from "./dom.js";
import * as faults from "./faults.js";
import * as gauges from "./gauges.js";
import * as history from "./history.js";
import { hear, showAll, state } from "./store.js";
import * as upload from "./upload.js";

function lost(sentence) {
  byId("lost").textContent = sentence;
  byId("lost").hidden = !sentence;
}

function heard(name, fact) {
  if (name === "begin") lost("");
  hear(name, fact);
}

async function start() {
  byId("show-all").addEventListener("change", ({ target }) => showAll(target.checked));
  byId("show-all").checked = false;
  try {
    state.about = await json("GET", "about");
  } catch (error) {
    return lost(`Not allowed: ${error.message}.`);
  }
  byId("where").textContent = state.about.reader
    ? `the pipeline on this machine, with an emulated OCR service (reader: ${state.about.reader})`
    : "the pipeline on this machine, with an OCR service elsewhere, which may be paid for";
  for (const part of [document_, upload, history, faults, gauges]) part.start(state.about);
  return follow(heard, lost);
}

start();
