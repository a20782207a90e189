// Starts the page: loads what the console offers, then follows its events.

import { followEvents, json } from "./api.js";
import * as calls from "./calls.js";
import * as document_ from "./document.js";
import { byId, show } from "./dom.js";
import * as faults from "./faults.js";
import * as history from "./history.js";
import * as i18n from "./i18n.js";
import { t } from "./i18n.js";
import * as metrics from "./metrics.js";
import * as router from "./router.js";
import { handleEvent, on, setAllVisible, setStopped, state } from "./store.js";
import * as upload from "./upload.js";

function showError(sentence) {
  show("connection-error", sentence);
  byId("connection-error").hidden = !sentence;
  if (sentence) setStopped(true);
}

function onEvent(name, data) {
  if (name === "begin") showError("");
  handleEvent(name, data);
}

async function start() {
  i18n.start();
  byId("show-all").addEventListener("change", ({ target }) => setAllVisible(target.checked));
  byId("show-all").checked = false;
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("document").focus();
  });
  on("stopped", (stopped) => {
    for (const controls of document.querySelectorAll("fieldset.controls")) controls.disabled = stopped;
  });
  try {
    state.about = await json("GET", "about");
  } catch (error) {
    return showError(t("Not allowed: {0}.", error.message));
  }
  byId("mode").textContent = state.about.reader
    ? t("the pipeline on this machine, with an emulated OCR service (reader: {0})", state.about.reader)
    : t("the pipeline on this machine, with an external OCR service, which may bill calls");
  for (const part of [document_, upload, history, faults, calls, metrics, router]) part.start(state.about);
  return followEvents(onEvent, showError);
}

start();
