// The switch for the emulated service's faults, and what the pipeline makes of each.

import { json } from "./api.js";
import { byId, el, say } from "./dom.js";
import { on } from "./store.js";

const POSITIONS = {
  none: ["Nothing", "The service answers."],
  "rate-limit": ["Rate limit", "Every call is answered 4000006. Nothing was billed: the document waits in the queue, longer each time."],
  outage: ["Outage", "A gateway answers 502. The first call may have been billed; the second waits until the service works again."],
  slow: ["Slow", "Each analysis takes six seconds more. The documents of a batch wait side by side."],
  "lost-answers": ["Lost answers", "It works, then the line breaks. After two calls that may have been billed, the document is parked."],
};

export function start({ faults }) {
  byId("faults").hidden = !faults.length;
  byId("positions").append(...faults.map((position) => {
    const [name, what] = POSITIONS[position] ?? [position, ""];
    return el("label", {},
      el("input", { type: "radio", name: "fault", value: position, checked: position === "none", onchange: () => turn(position, name) }),
      el("span", { class: "fault-name" }, name),
      el("span", { class: "fault-what" }, what));
  }));
  byId("rotate").addEventListener("click", rotate);
  on("fault", (position) => {
    byId("faults").querySelector(`input[value="${position}"]`).checked = true;
    document.body.dataset.fault = position;
  });
}

async function turn(position, name) {
  await attempt(() => json("PUT", "fault", { to: position }));
  say(position === "none" ? "Nothing goes wrong any more." : `From now on: ${name}.`);
}

async function rotate() {
  byId("rotated").textContent = "";
  await attempt(() => json("POST", "rotations"));
  byId("rotated").textContent = "Done. The next call is refused, fetches the new key and is sealed again.";
}

async function attempt(change) {
  try {
    await change();
  } catch (error) {
    say(`That did not work: ${error.message}.`);
  }
}
