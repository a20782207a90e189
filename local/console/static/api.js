// Requests to the console's server. The token comes from the address's fragment and is kept for this tab only.

import { t } from "./i18n.js";

const TOKEN_KEY = "console-token";
const TOKEN_HEADER = "X-Console-Token";

function takeToken() {
  const given = location.hash.slice(1);
  // An address with a slash says what is shown.
  if (given && !given.startsWith("/")) {
    sessionStorage.setItem(TOKEN_KEY, given);
    window.history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(TOKEN_KEY) ?? "";
}

const token = takeToken();

export class RequestError extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

export async function request(method, path, { body, headers } = {}) {
  const response = await fetch(`/api/${path}`, { method, body, headers: { ...headers, [TOKEN_HEADER]: token } });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new RequestError(response.status, problem.error ?? t("the console responded with {0}", String(response.status)));
}

export async function json(method, path, data) {
  const body = data === undefined ? undefined : JSON.stringify(data);
  return (await request(method, path, { body })).json();
}

// Receive the console's events while the page is open. `onEvent` gets the name and data of each event.
export async function followEvents(onEvent, onError) {
  for (;;) {
    try {
      const response = await request("GET", "events");
      onEvent("begin", null);
      await readEvents(response.body.pipeThrough(new TextDecoderStream()).getReader(), onEvent);
      onError(t("The console has stopped. Start it again and open the address that it shows."));
    } catch (error) {
      if (error instanceof RequestError) return onError(t("Not allowed: {0}.", error.message));
      onError(t("The console does not respond. Start it again and open the address that it shows."));
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function readEvents(reader, onEvent) {
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (text + value).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
      if (name) onEvent(name, JSON.parse(data));
    }
  }
}
