/**
 * Query Identifier: the same for statements that differ in their constants only. 64 bits in z-base-32,
 * as the service's are; which hash it takes is not known.
 */
import type { ParseNode } from "../../../parse/parsed-statement.ts";

const ALPHABET = "ybndrfg8ejkmcpqxot1uwisza345h769";
const BITS = 64n;
const MASK = (1n << BITS) - 1n;
/** FNV-1a. */
const BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

function mixed(hash: bigint, text: string): bigint {
  let result = hash;
  for (let at = 0; at < text.length; at++) {
    result = ((result ^ BigInt(text.charCodeAt(at))) * PRIME) & MASK;
  }
  return result;
}

/** Where something stands in the text tells nothing about it. */
function isPlace(name: string): boolean {
  return name === "location" || name === "stmt_len" || name === "stmt_location";
}

function hashOf(hash: bigint, value: unknown): bigint {
  if (Array.isArray(value)) {
    return value.reduce<bigint>((each, item) => hashOf(each, item), mixed(hash, "["));
  }
  if (typeof value !== "object" || value === null) return mixed(hash, `${String(value)};`);
  let result = hash;
  for (const [name, field] of Object.entries(value)) {
    if (isPlace(name)) continue;
    result = mixed(result, `${name}:`);
    if (name !== "A_Const") result = hashOf(result, field);
  }
  return mixed(result, "}");
}

/** 13 characters: the last one holds four bits. */
export function zBase32(bits: bigint): string {
  const padded = bits << 1n;
  let text = "";
  for (let shift = 60n; shift >= 0n; shift -= 5n) {
    text += ALPHABET[Number((padded >> shift) & 31n)] ?? "";
  }
  return text;
}

export function queryIdentifier(statement: ParseNode): string {
  return zBase32(hashOf(BASIS, statement));
}
