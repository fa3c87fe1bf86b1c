/**
 * Frames to bytes and back, by the proto files themselves. Messages are written from the objects
 * they are given and read into protobufjs's own: no copies on the way. Decoded bytes are views of
 * the message.
 */
import { fileURLToPath } from "node:url";
import type { Type } from "protobufjs";
import protobuf from "protobufjs";
import type { Envelope__Output } from "../gen/firstlight/v1/Envelope.ts";
import type { Frame } from "../gen/firstlight/v1/Frame.ts";
import { NumberReader } from "./number-reader.ts";
import type { Segments } from "./segments.ts";
import { SegmentWriter } from "./segments.ts";

const PROTO_ROOT = fileURLToPath(new URL("../../../../proto", import.meta.url));
const SERVICE = "firstlight.v1.ExchangeService";

const NO_BYTES = Buffer.alloc(0);

function loadExchange(): protobuf.Root {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => `${PROTO_ROOT}/${target}`;
  root.loadSync("firstlight/v1/exchange.proto").resolveAll();
  root.lookupService(SERVICE);
  return root;
}

/**
 * Bytes that a message leaves out are empty bytes, and 64 bits are zero; protobufjs would give an
 * empty array, and an object where the package `long` is installed.
 */
function defaultToPlain(namespace: protobuf.NamespaceBase): void {
  for (const nested of namespace.nestedArray) {
    if (nested instanceof protobuf.Type) {
      const prototype = nested.ctor.prototype as unknown as Record<string, unknown>;
      for (const field of nested.fieldsArray) {
        if (field.repeated) continue;
        if (field.type === "bytes") prototype[field.name] = NO_BYTES;
        if (field.type === "uint64" && prototype[field.name] !== null) prototype[field.name] = 0;
      }
    }
    if (nested instanceof protobuf.Namespace) defaultToPlain(nested);
  }
}

function envelopeType(): Type {
  const root = loadExchange();
  defaultToPlain(root);
  return root.lookupType("firstlight.v1.Envelope");
}

const ENVELOPE = envelopeType();

export const EXCHANGE_PATH: string = `/${SERVICE}/Exchange`;

/** `lag`: how far whoever sends it is behind. */
export function encodeEnvelope(frames: readonly Frame[], lag = 0): Buffer {
  const envelope = lag > 0 ? { frames, lag } : { frames };
  return ENVELOPE.encode(envelope).finish() as Buffer;
}

/** The same, large fields where they are. */
export function encodeSegments(frames: readonly Frame[]): Segments {
  const writer = new SegmentWriter();
  ENVELOPE.encode({ frames }, writer);
  return writer.segments();
}

/** `left` bytes of an envelope in pieces are still to come after this one. */
export function encodePiece(piece: Uint8Array, left: number): Buffer {
  return ENVELOPE.encode({ piece, left }).finish() as Buffer;
}

export function decodeEnvelope(bytes: Uint8Array): Envelope__Output {
  // The reader makes plain numbers of 64 bits, which protobufjs has no type for.
  return ENVELOPE.decode(new NumberReader(bytes)) as unknown as Envelope__Output;
}
