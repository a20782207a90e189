// The switch for the emulator's faults, and how the pipeline handles each.

import { json } from "./api.js";
import { announce, byId, el } from "./dom.js";
import { t } from "./i18n.js";
import { on } from "./store.js";

const POSITIONS = {
  none: [t("None"), t("The service works.")],
  "rate-limit": [t("Rate limit"), t("Every call fails with 4000006. Nothing is billed. The document waits in the queue, longer each time.")],
  outage: [t("Outage"), t("A gateway responds with 502. The first call may be billed. The second one waits until the service works again.")],
  slow: [t("Slow"), t("Each analysis takes six seconds longer. The documents of a batch wait side by side.")],
  "lost-answers": [t("Lost responses"), t("The service works, then the connection breaks. After two calls that may be billed, the document is parked.")],
};

export function start({ faults }) {
  byId("faults").hidden = !faults.length;
  byId("positions").append(...faults.map((position) => {
    const [name, description] = POSITIONS[position] ?? [position, ""];
    return el("label", {},
      el("input", { type: "radio", name: "fault", value: position, checked: position === "none", onchange: () => setFault(position, name) }),
      el("span", { class: "fault-name" }, name),
      el("span", { class: "fault-description" }, description));
  }));
  byId("rotate").addEventListener("click", rotate);
  on("fault", (position) => {
    byId("faults").querySelector(`input[value="${position}"]`).checked = true;
    document.body.dataset.fault = position;
    // A fault that is active shows in the closed drawer.
    byId("active-fault").textContent = position === "none" ? "" : (POSITIONS[position]?.[0] ?? position);
  });
}

async function setFault(position, name) {
  await attempt(() => json("PUT", "fault", { to: position }));
  announce(position === "none" ? t("No fault is active.") : t("Active fault: {0}.", name));
}

async function rotate() {
  byId("rotated").textContent = "";
  await attempt(() => json("POST", "rotations"));
  byId("rotated").textContent = t("Done. The next call is refused. Then the pipeline fetches the new key and seals the image again.");
}

async function attempt(change) {
  try {
    await change();
  } catch (error) {
    announce(t("The change failed: {0}.", error.message));
  }
}
