// Requests a verdict about an ID card: one POST, signed with SigV4.
//
// The authority judges the claim, and five wrong issue dates lock the citizen's card. So a claim that was refused is
// never repeated; one that was certainly not judged, or whose answer was lost, may be sent again under the same key.

import { Sha256 } from "@aws-crypto/sha256-js";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { SignatureV4 } from "@smithy/signature-v4";
import type { components } from "./verification-api.ts";

export type Claim = components["schemas"]["Claim"] | components["schemas"]["SealedClaim"];
export type Verdict = components["schemas"]["Verdict"];
export type Problem = components["schemas"]["Problem"];

/** Thrown if the same claim may be sent again later. The text names no value. */
export class RetryLater extends Error {
  seconds: number;

  constructor(reason: string, seconds: number) {
    super(reason);
    this.seconds = seconds;
  }
}

const TIMEOUT_MS = 35_000; // longer than the function's own 30 s, so that each answer is its own
const RETRY_SECONDS = 30;
const RETRIED: ReadonlySet<string> = new Set<Problem["type"]>(["verification-in-progress", "rate-limited", "temporarily-unavailable"]);

const signer = new SignatureV4({
  service: "lambda",
  region: process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"] ?? "ap-northeast-2",
  credentials: defaultProvider(),
  sha256: Sha256,
});

/** Return the verdict about the claim, or the problem that prevents one until somebody acts. */
export async function verify(documentId: string, claim: Claim): Promise<Verdict | Problem> {
  const answer = await post(documentId, claim);
  // It is unknown whether the claim was judged: the answer to one repeat shows it.
  return "type" in answer && answer.type === "outcome-unknown" ? post(documentId, claim) : answer;
}

async function post(documentId: string, claim: Claim): Promise<Verdict | Problem> {
  const url = new URL(`documents/${documentId}/authenticity`, process.env["VERIFY_URL"]);
  const body = JSON.stringify(claim);
  const { headers } = await signer.sign({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port ? { port: Number(url.port) } : {}),
    path: url.pathname,
    query: {},
    // The same key for every repeat of this claim: a verdict whose answer was lost is returned again.
    headers: { host: url.host, "content-type": "application/json", "idempotency-key": `consumer-${documentId}` },
    body,
  });
  let response: Response;
  try {
    response = await fetch(url, { method: "POST", headers, body, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new RetryLater("no answer", RETRY_SECONDS);
  }
  const answer = await json(response);
  if (response.status === 200 && isVerdict(answer)) return answer;
  // Another form of answer is not the function's: Lambda was overloaded, ended the function, or refused the caller.
  if (!isProblem(response, answer)) throw new RetryLater(`HTTP ${response.status} without a problem`, RETRY_SECONDS);
  if (RETRIED.has(answer.type)) throw new RetryLater(answer.type, Number(response.headers.get("retry-after") ?? RETRY_SECONDS));
  return answer;
}

async function json(response: Response): Promise<unknown> {
  return response.json().catch(() => undefined);
}

function isVerdict(answer: unknown): answer is Verdict {
  return typeof answer === "object" && answer !== null && "isAuthenticity" in answer && typeof answer.isAuthenticity === "boolean";
}

function isProblem(response: Response, answer: unknown): answer is Problem {
  return response.headers.get("content-type") === "application/problem+json" && typeof answer === "object" && answer !== null && "type" in answer;
}
