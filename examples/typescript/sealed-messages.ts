// Opens messages that are sealed to you, with your private keys: a JWK set in the file PRIVATE_KEY_FILE.

import { readFile } from "node:fs/promises";
import { type CompactJWEHeaderParameters, compactDecrypt, importJWK, type JSONWebKeySet } from "jose";
import type { Analyzed, Delayed, Erased, Message, Rejected, Sealed } from "./message-types.ts";

const file = process.env["PRIVATE_KEY_FILE"];
const { keys }: JSONWebKeySet = file ? JSON.parse(await readFile(file, "utf8")) : { keys: [] };
const ALGORITHMS = { keyManagementAlgorithms: ["RSA-OAEP-256", "ECDH-ES+A256KW"], contentEncryptionAlgorithms: ["A256GCM"] };

export type Opened = Analyzed | Rejected | Delayed | Erased;

/** Return the message, or the one inside a sealed message. */
export async function open(message: Message): Promise<Opened> {
  return message.type === "sealed-ocr.document.sealed.v1" ? decrypt(message) : message;
}

async function decrypt({ id, data }: Sealed): Promise<Opened> {
  const { plaintext } = await compactDecrypt(data.sealed, privateKey, ALGORITHMS);
  const opened: Opened = JSON.parse(new TextDecoder().decode(plaintext));
  // The outside is not encrypted, so a message could be inside another one.
  if (opened.id !== id) throw new TypeError("the message inside is of another document");
  return opened;
}

function privateKey({ kid, alg }: CompactJWEHeaderParameters) {
  const key = keys.find((each) => each.kid === kid);
  if (!key) throw new TypeError("sealed to a key that is not in PRIVATE_KEY_FILE");
  return importJWK(key, alg);
}
