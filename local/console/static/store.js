// What the page knows: documents by number, topics, calls, which document is looked at, and what may be seen of it.

export const state = {
  documents: new Map(),
  selected: null,
  topics: {},
  calls: [],
  about: null,
  showAll: false,
  shown: new Set(),
};

const CALLS_KEPT = 40;
const listeners = new Map();

export function on(topic, listener) {
  listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
}

export function tell(topic, fact) {
  for (const listener of listeners.get(topic) ?? []) listener(fact);
}

export function hear(name, fact) {
  if (name === "begin") {
    state.documents.clear();
    state.live = false;
  } else if (name === "ready") {
    state.live = true;
    if (!state.documents.has(state.selected)) select(Math.max(0, ...state.documents.keys()) || null);
    tell("documents");
  } else if (name === "document") {
    const before = state.documents.get(fact.number);
    state.documents.set(fact.number, fact);
    if (!state.live) return;
    tell("documents", { before, now: fact });
    if (fact.number === state.selected) tell("selected", before);
  } else if (name === "call") {
    state.calls = [fact, ...state.calls.filter((call) => call.number !== fact.number)].slice(0, CALLS_KEPT);
    state.calls.sort((one, other) => other.number - one.number);
    tell("calls");
  } else {
    state.topics[name] = fact;
    tell(name, fact);
  }
}

export function select(number) {
  state.selected = number;
  tell("documents");
  tell("selected");
}

export const selected = () => state.documents.get(state.selected);

export const visible = () => state.showAll || state.shown.has(state.selected);

export function show(number, wanted) {
  if (wanted) state.shown.add(number);
  else state.shown.delete(number);
  tell("masking");
}

export function showAll(wanted) {
  state.showAll = wanted;
  if (!wanted) state.shown.clear();
  tell("masking");
}
