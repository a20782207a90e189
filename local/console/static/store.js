// The page's state: documents by number, topics, calls, what is selected, and which values are visible.

export const state = {
  documents: new Map(),
  selected: null,
  topics: {},
  calls: [],
  call: null,
  about: null,
  // Whether the server's events arrive.
  live: false,
  stopped: false,
  showAll: false,
  visible: new Set(),
};

const MAX_CALLS = 200;
const listeners = new Map();

export function on(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

export function emit(topic, data) {
  for (const listener of listeners.get(topic) ?? []) listener(data);
}

export function handleEvent(name, data) {
  if (name === "begin") {
    state.documents.clear();
    state.calls = [];
    state.live = false;
    setStopped(false);
  } else if (name === "ready") {
    state.live = true;
    if (!state.documents.has(state.selected)) state.selected = Math.max(0, ...state.documents.keys()) || null;
    emit("selected");
    emit("documents");
  } else if (name === "document") {
    const before = state.documents.get(data.number);
    state.documents.set(data.number, data);
    if (!state.live) return;
    emit("documents", { before, now: data });
    if (data.number === state.selected) emit("selected", before);
  } else if (name === "call") {
    state.calls = [data, ...state.calls.filter((call) => call.number !== data.number)].slice(0, MAX_CALLS);
    state.calls.sort((one, other) => other.number - one.number);
    emit("calls");
  } else {
    state.topics[name] = data;
    emit(name, data);
  }
}

// After the pipeline stopped, what needs it is disabled. What was received stays readable.
export function setStopped(stopped) {
  if (state.stopped === stopped) return;
  state.stopped = stopped;
  emit("stopped", stopped);
}

export function select(number) {
  state.selected = number;
  state.call = null;
  emit("documents");
  emit("selected");
}

export const selected = () => state.documents.get(state.selected);

export const valuesVisible = () => state.showAll || state.visible.has(state.selected);

export function setVisible(number, visible) {
  if (visible) state.visible.add(number);
  else state.visible.delete(number);
  emit("masking");
}

export function setAllVisible(visible) {
  state.showAll = visible;
  if (!visible) state.visible.clear();
  emit("masking");
}
