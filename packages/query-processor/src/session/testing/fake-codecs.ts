/** Codecs of a few types, for tests that do not want the whole type system. */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { BOOL, INT2, INT4, INT8, TEXT, VARCHAR } from "../../wire/type-oids.ts";
import type { CodecByOid, ValueCodec } from "../../wire/value-codec.ts";

const text: ValueCodec = {
  name: "text",
  output: (value) => String(value as string),
  send: (value) => Buffer.from(value as string),
  input: (value) => value,
  receive: (bytes) => Buffer.from(bytes).toString(),
};

function integer(name: string, bytes: 2 | 4): ValueCodec {
  return {
    name,
    output: (value) => String(value as number),
    send: (value) => {
      const out = Buffer.alloc(bytes);
      out.writeIntBE(value as number, 0, bytes);
      return out;
    },
    input: (value): Datum => {
      if (!/^\s*-?\d+\s*$/.test(value)) {
        throw new SqlError("22P02", `invalid input syntax for type integer: "${value}"`);
      }
      return Number(value);
    },
    receive: (value) => {
      if (value.length !== bytes) throw new RangeError("length");
      return Buffer.from(value).readIntBE(0, bytes);
    },
  };
}

const int8: ValueCodec = {
  name: "int8",
  output: (value) => (value as bigint).toString(),
  send: (value) => {
    const out = Buffer.alloc(8);
    out.writeBigInt64BE(value as bigint);
    return out;
  },
  input: (value) => BigInt(value),
  receive: (value) => Buffer.from(value).readBigInt64BE(0),
};

const bool: ValueCodec = {
  name: "bool",
  output: (value) => (value === true ? "t" : "f"),
  send: (value) => Buffer.from([value === true ? 1 : 0]),
  input: (value) => value.startsWith("t"),
  receive: (value) => value[0] === 1,
};

const CODECS: ReadonlyMap<number, ValueCodec> = new Map([
  [BOOL, bool],
  [INT2, integer("int2", 2)],
  [INT4, integer("int4", 4)],
  [INT8, int8],
  [TEXT, text],
  [VARCHAR, text],
]);

export const fakeCodecs: CodecByOid = (oid) => CODECS.get(oid);
