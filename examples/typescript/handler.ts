// Your processing of a message goes here. This handler logs ids and outcomes, but no value, claim or object key.

import type { Analyzed, IdCardData, StandAloneIdCardData } from "./message-types.ts";
import type { Opened } from "./sealed-messages.ts";
import { type Claim, verify } from "./verification.ts";

/** Below this, a person must compare the field with the image: a misread issue date counts as a wrong one. */
const MIN_CONFIDENCE = 0.9;

/** Process the message; return what to log. Throw to have it delivered again. */
export async function handle(message: Opened): Promise<string> {
  switch (message.type) {
    case "sealed-ocr.document.rejected.v1":
      return `rejected, ${message.data.rejection.code}`;
    case "sealed-ocr.document.delayed.v1":
      return `delayed, ${message.data.delay.code}`;
    case "sealed-ocr.document.erased.v1":
      // Delete all that you have stored of message.data.document.documentId, and accept no later message about it.
      return "erased";
    case "sealed-ocr.document.analyzed.v1": {
      // The values are in result: in cardNums and validThru of a credit card, in keyValues of an ID card.
      const { data } = message;
      if (!isIdCard(data)) return "read as credit card; no verdict requested";
      return `read as ${data.result.idType}; ${await verdict(message.id, data)}`;
    }
  }
}

type IdCard = IdCardData | StandAloneIdCardData;

// TypeScript cannot narrow by a member of a member.
function isIdCard(data: Analyzed["data"]): data is IdCard {
  return data.document.kind !== "credit-card";
}

async function verdict(documentId: string, { result, verification: offer, withheld }: IdCard): Promise<string> {
  if (!offer) return "no verdict requested";
  const needed = [...offer.missing, ...(offer.sealedClaim ? [] : offer.withheld ?? [])];
  if (needed.length) return `no verdict: a person must add ${needed.join(", ")}`;
  // A field that is omitted has a confidence and no value.
  const read = (result.keyValues ?? []).filter((field) => field?.value || withheld?.omitted.includes(field?.key ?? ""));
  const unsure = read.filter((field) => (field?.conf ?? 0) < MIN_CONFIDENCE);
  if (unsure.length) return `no verdict: a person must check ${unsure.map((field) => field?.key).join(", ")}`;
  if (Date.parse(offer.expiresAt) <= Date.now()) return "no verdict: the offer has expired";
  // Nothing is needed, so the claim is complete. The sealed claim holds what the message withholds.
  const claim = offer.sealedClaim ? { sealedClaim: offer.sealedClaim } : (offer.request as Claim);
  const answer = await verify(documentId, claim);
  return "type" in answer ? `no verdict: ${answer.type}` : answer.isAuthenticity ? "authentic" : "NOT authentic";
}
