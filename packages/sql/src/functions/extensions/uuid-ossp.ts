/** Functions of the extension uuid-ossp, by the names of its C functions. */
import { hash } from "node:crypto";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { uuidFromBytes, uuidToBytes } from "../../values/uuid.ts";
import { concatBytes } from "../bytea/long-bytes.ts";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import { utf8Bytes } from "../text/characters.ts";

const NIL = "00000000-0000-0000-0000-000000000000";

/** RFC 4122, appendix C. */
const NAMESPACES = { dns: "6ba7b810", url: "6ba7b811", oid: "6ba7b812", x500: "6ba7b814" } as const;

function namespace(space: keyof typeof NAMESPACES): Implementation {
  return () => `${NAMESPACES[space]}-9dad-11d1-80b4-00c04fd430c8`;
}

function marked(bytes: Uint8Array, version: number): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return uuidFromBytes(bytes, 0);
}

function named(algorithm: "md5" | "sha1", version: number): Implementation {
  return (_context, space: string, name: string) => {
    const bytes = concatBytes(uuidToBytes(space), utf8Bytes(name));
    return marked(new Uint8Array(hash(algorithm, bytes, "buffer")), version);
  };
}

/** From 1582-10-15 to 2000-01-01 in steps of 100 ns. */
const GREGORIAN_TO_2000 = 0x01b2_1dd2_1381_4000n + 946_684_800n * 10_000_000n;
const STEPS_PER_MICRO = 10n;

/**
 * Version 1: time, clock sequence, node. No network card is asked: the node is random with the
 * multicast bit, as RFC 4122 (4.5) wants it, and so is the clock sequence, every time.
 */
function timeBased(context: EvaluationContext): string {
  const bytes = context.randomBytes(16);
  const step = BigInt(Math.floor(context.random() * Number(STEPS_PER_MICRO)));
  const time = context.clockTime() * STEPS_PER_MICRO + GREGORIAN_TO_2000 + step;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint32(0, Number(time & 0xffff_ffffn));
  view.setUint16(4, Number((time >> 32n) & 0xffffn));
  view.setUint16(6, Number((time >> 48n) & 0x0fffn));
  bytes[10] = (bytes[10] ?? 0) | 0x01;
  return marked(bytes, 1);
}

export const UUID_OSSP_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  uuid_nil: () => NIL,
  uuid_ns_dns: namespace("dns"),
  uuid_ns_url: namespace("url"),
  uuid_ns_oid: namespace("oid"),
  uuid_ns_x500: namespace("x500"),
  uuid_generate_v1: timeBased,
  uuid_generate_v1mc: timeBased,
  uuid_generate_v3: named("md5", 3),
  uuid_generate_v4: (context) => marked(context.randomBytes(16), 4),
  uuid_generate_v5: named("sha1", 5),
};

export function registerUuidOssp(): void {
  registerFunctions(UUID_OSSP_FUNCTIONS);
}
