// A consumer of Sealed OCR's messages, to be copied: `RESULTS_URL=… VERIFY_URL=… node consumer.ts`. For messages that are
// sealed to you, set PRIVATE_KEY_FILE as well.
//
// A message is deleted only after it was processed, so it can come twice: make your part of handler.ts idempotent by
// the message's id. The verification is idempotent already.

import { ChangeMessageVisibilityCommand, DeleteMessageCommand, type Message as SqsMessage, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { handle } from "./handler.ts";
import type { Message } from "./message-types.ts";
import { open } from "./sealed-messages.ts";
import { RetryLater } from "./verification.ts";

const QueueUrl = process.env["RESULTS_URL"];
if (!QueueUrl || !process.env["VERIFY_URL"]) throw new Error("set RESULTS_URL and VERIFY_URL: outputs ResultsQueueUrl and VerifyFunctionUrl");
const KNOWN: ReadonlySet<string> = new Set<Message["type"]>([
  "sealed-ocr.document.analyzed.v1", "sealed-ocr.document.rejected.v1", "sealed-ocr.document.delayed.v1", "sealed-ocr.document.sealed.v1",
  "sealed-ocr.document.erased.v1",
]);
/** Longer than the processing of one batch can take. During this time no other consumer receives it. */
const VisibilityTimeout = 400;
const WaitTimeSeconds = Number(process.env["WAIT_SECONDS"] ?? 20);
const sqs = new SQSClient({});

async function process_(received: SqsMessage): Promise<void> {
  const message: Message = JSON.parse(received.Body ?? "");
  if (!KNOWN.has(message.type)) throw new TypeError("a type that this consumer does not know");
  console.log(`${message.id}: ${await handle(await open(message))}`);
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: received.ReceiptHandle }));
}

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => (stopping = true));
while (!stopping) {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds, VisibilityTimeout }));
  for (const received of Messages) {
    if (stopping) break;
    try {
      await process_(received);
    } catch (error) {
      // Only the class: an error's text may quote a value.
      console.warn(`message ${received.MessageId} stays in the queue: ${error instanceof Error ? error.constructor.name : "error"}`);
      if (error instanceof RetryLater) {
        await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: received.ReceiptHandle, VisibilityTimeout: error.seconds }));
      }
    }
  }
}
console.log("stopped");
