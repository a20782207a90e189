// The same steps on the command line: copied, to be pasted into the terminal in which the exports of `local up` are set.

import { announce } from "./dom.js";
import { t } from "./i18n.js";
import { state } from "./store.js";

const quote = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const aws = (...words) => ["aws", "--endpoint-url", state.about.endpoints.aws, ...words].map(quote).join(" ");

export function uploadCommand({ name, key }) {
  return aws("s3", "cp", name, `s3://${state.about.endpoints.bucket}/${key}`);
}

export function receiveCommand() {
  return aws("sqs", "receive-message", "--queue-url", state.about.endpoints.results, "--message-attribute-names", "All", "--wait-time-seconds", "10");
}

export function verdictCommand({ documentId }, claim, idempotencyKey) {
  const { verify, region } = state.about.endpoints;
  return `curl --aws-sigv4 ${quote(`aws:amz:${region}:lambda`)} --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" ` +
    `-H 'Content-Type: application/json' -H ${quote(`Idempotency-Key: ${idempotencyKey}`)} ` +
    `--data ${quote(claim)} ${quote(new URL(`documents/${documentId}/authenticity`, verify).href)}`;
}

export async function copy(text, sentence) {
  try {
    await navigator.clipboard.writeText(text);
    announce(sentence);
  } catch {
    announce(t("The browser does not allow the page to copy."));
  }
}
