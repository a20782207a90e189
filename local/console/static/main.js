// Starts the page: loads what the console offers, then follows its events.

import { followEvents, json } from "./api.js";
import * as document_ from "./document.js";
import { byId, show } from "./dom.js";
import * as faults from "./faults.js";
import * as history from "./history.js";
import * as metrics from "./metrics.js";
import { handleEvent, setAllVisible, state } from "./store.js";
import * as upload from "./upload.js";

function showError(sentence) {
  show("connection-error", sentence);
  byId("connection-error").hidden = !sentence;
}

function onEvent(name, data) {
  if (name === "begin") showError("");
  handleEvent(name, data);
}

async function start() {
  byId("show-all").addEventListener("change", ({ target }) => setAllVisible(target.checked));
  byId("show-all").checked = false;
  try {
    state.about = await json("GET", "about");
  } catch (error) {
    return showError(`Not allowed: ${error.message}.`);
  }
  byId("mode").textContent = state.about.reader
    ? `the pipeline on this machine, with an emulated OCR service (reader: ${state.about.reader})`
    : "the pipeline on this machine, with an external OCR service, which may bill calls";
  for (const part of [document_, upload, history, faults, metrics]) part.start(state.about);
  return followEvents(onEvent, showError);
}

start();
