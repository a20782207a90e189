// The console's own server. The token came in the address's fragment, and is kept for this tab alone.

const KEPT = "console-token";
const HEADER = "X-Console-Token";

function takeToken() {
  const given = location.hash.slice(1);
  if (given && given !== "document") {
    sessionStorage.setItem(KEPT, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(KEPT) ?? "";
}

const token = takeToken();

export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

export async function request(method, path, { body, headers } = {}) {
  const response = await fetch(`/api/${path}`, { method, body, headers: { ...headers, [HEADER]: token } });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Refused(response.status, problem.error ?? `the console answered ${response.status}`);
}

export async function json(method, path, message) {
  const body = message === undefined ? undefined : JSON.stringify(message);
  return (await request(method, path, { body })).json();
}

// Follow the console's events for as long as the page is there; `heard` is given their name and content.
export async function follow(heard, lost) {
  for (;;) {
    try {
      const response = await request("GET", "events");
      heard("begin", null);
      await read(response.body.pipeThrough(new TextDecoderStream()).getReader(), heard);
      lost("The console has ended. Start it again, and open the address that it shows.");
    } catch (error) {
      if (error instanceof Refused) return lost(`Not allowed: ${error.message}.`);
      lost("The console does not answer. Start it again, and open the address that it shows.");
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function read(reader, heard) {
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (text + value).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
      if (name) heard(name, JSON.parse(data));
    }
  }
}
