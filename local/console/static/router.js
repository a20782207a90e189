// The address of what is shown: #/documents/3, #/calls/7. It survives a reload, and Back returns to the one before.

import { emit, on, select, state } from "./store.js";

const ROUTE = /^#\/(documents|calls)\/(\d+)$/;

export function start() {
  const asked = ROUTE.exec(location.hash);
  if (asked) open(asked);
  window.addEventListener("hashchange", () => {
    const route = ROUTE.exec(location.hash);
    if (route) open(route);
  });
  on("selected", () => {
    if (state.selected !== null && state.call === null) show(`#/documents/${state.selected}`);
  });
}

function open([, what, number]) {
  if (what === "documents") select(Number(number));
  else showCall(Number(number));
}

// Show a call to the OCR service in the list of calls.
export function showCall(number) {
  state.call = number;
  show(`#/calls/${number}`);
  emit("calls");
}

// The first selection replaces the address, so that Back leaves the page.
function show(hash) {
  if (location.hash === hash) return;
  history[location.hash ? "pushState" : "replaceState"](null, "", hash);
}
