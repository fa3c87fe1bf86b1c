/** bit and varbit: fixed and variable strings of bits. */
import { SqlError } from "@firstlight/common";
import { bitsFromBytes, bitsToBytes, fitBit, fitVarbit, parseBits } from "../values/bits.ts";
import * as binary from "./binary.ts";
import * as oids from "./oids.ts";
import type { SqlType } from "./sql-type.ts";

function receiveBits(bytes: Uint8Array): string {
  if (bytes.length < 4) throw binary.insufficientData();
  const length = binary.readInt4(bytes, 0);
  if (length < 0) throw new SqlError("22P03", "invalid length in external bit string");
  binary.expectLength(bytes, 4 + Math.ceil(length / 8));
  return bitsFromBytes(bytes.subarray(4), length);
}

function sendBits(bits: string): Uint8Array {
  return Buffer.concat([binary.int4Bytes(bits.length), bitsToBytes(bits)]);
}

type Fit = (bits: string, typmod: number, explicit: boolean) => string;

function bitType(oid: number, name: string, fit: Fit): SqlType {
  return {
    oid,
    name,
    input: (text, typmod) => fit(parseBits(text), typmod, false),
    output: (value) => value as string,
    receive: (bytes, typmod) => fit(receiveBits(bytes), typmod, false),
    send: (value) => sendBits(value as string),
    compare(a, b) {
      if (a === b) return 0;
      return (a as string) < (b as string) ? -1 : 1;
    },
    hashKey: (value) => value as string,
    applyTypmod: (value, typmod, explicit) => fit(value as string, typmod, explicit),
  };
}

export const BIT_TYPES: readonly SqlType[] = [
  bitType(oids.BIT, "bit", fitBit),
  bitType(oids.VARBIT, "varbit", fitVarbit),
];
