/**
 * Binary values for clients whose encoding is not UTF-8: text in them is in the client's encoding.
 * Where text stands among other bytes, only ASCII passes; the rest is refused, never garbled.
 */
import { isAscii } from "node:buffer";
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { CharacterSet, Datum } from "@firstlight/sql";
import { DEFAULT_FORMAT } from "@firstlight/sql";
import { BPCHAR, JSON_TYPE, NAME, TEXT, VARCHAR } from "./type-oids.ts";
import type { CodecByOid, ValueCodec } from "./value-codec.ts";

const [XML, UNKNOWN, CSTRING] = [142, 705, 2275];
/** Types whose binary form is the text itself. */
const TEXTUAL: ReadonlySet<number> = new Set([
  TEXT,
  VARCHAR,
  BPCHAR,
  NAME,
  JSON_TYPE,
  XML,
  UNKNOWN,
  CSTRING,
]);
const [JSONB, JSONPATH] = [3802, 4072];
/** Types whose binary form is a version and the text. */
const VERSIONED: ReadonlySet<number> = new Set([JSONB, JSONPATH]);
const TEXT_VERSION = 1;

function isPlain(text: string): boolean {
  return isAscii(Buffer.from(text, "utf8"));
}

function refused(codec: ValueCodec, { encoding }: CharacterSet): Error {
  return featureNotSupported(`type ${codec.name} in binary form in client encoding ${encoding}`);
}

export function sendEncoded(codec: ValueCodec, value: Datum, set: CharacterSet): Uint8Array {
  const bytes = codec.send(value);
  const text = codec.output(value, DEFAULT_FORMAT);
  if (isPlain(text)) return bytes;
  const utf8 = Buffer.from(text, "utf8");
  if (utf8.equals(bytes)) return set.encode(text);
  if (bytes[0] === TEXT_VERSION && utf8.equals(bytes.subarray(1))) {
    return Buffer.concat([Uint8Array.of(TEXT_VERSION), set.encode(text)]);
  }
  throw refused(codec, set);
}

function receiveEncoded(
  codec: ValueCodec,
  type: number,
  bytes: Uint8Array,
  typmod: number,
  set: CharacterSet,
): Datum {
  if (TEXTUAL.has(type)) return codec.receive(Buffer.from(set.decode(bytes), "utf8"), typmod);
  if (VERSIONED.has(type) && bytes.length > 0) {
    const text = Buffer.from(set.decode(bytes.subarray(1)), "utf8");
    return codec.receive(Buffer.concat([bytes.subarray(0, 1), text]), typmod);
  }
  const value = received(codec, bytes, typmod);
  if (value === null) return value;
  if (value === undefined || !isPlain(codec.output(value, DEFAULT_FORMAT))) {
    throw refused(codec, set);
  }
  return value;
}

/** Undefined where text in it is not in UTF-8. */
function received(codec: ValueCodec, bytes: Uint8Array, typmod: number): Datum | undefined {
  try {
    return codec.receive(bytes, typmod);
  } catch (error) {
    if (error instanceof SqlError && error.sqlstate === "22021") return undefined;
    throw error;
  }
}

/** The codecs for a client with that encoding. */
export function encodedCodecs(codecs: CodecByOid, set: CharacterSet): CodecByOid {
  return (oid) => {
    const codec = codecs(oid);
    if (codec === undefined) return undefined;
    return {
      name: codec.name,
      output: (value, format) => codec.output(value, format),
      long: codec.long,
      input: (text, typmod, settings) => codec.input(text, typmod, settings),
      send: (value) => sendEncoded(codec, value, set),
      receive: (bytes, typmod) => receiveEncoded(codec, oid, bytes, typmod, set),
    };
  };
}
