/** Envelopes are what gRPC's own loader of proto files makes of the same frames. */
import { fileURLToPath } from "node:url";
import { loadSync } from "@grpc/proto-loader";
import { expect, test } from "vitest";
import { Intent } from "../gen/firstlight/v1/Intent.ts";
import type { Frame } from "../gen/firstlight/v1/Frame.ts";
import { decodeEnvelope, encodeEnvelope } from "./envelope.ts";

interface Codec {
  requestSerialize(value: object): Buffer;
  requestDeserialize(bytes: Buffer): { readonly frames: readonly object[] };
}

const PROTO_ROOT = fileURLToPath(new URL("../../../../proto", import.meta.url));
const LOADED = loadSync("firstlight/v1/exchange.proto", {
  includeDirs: [PROTO_ROOT],
  longs: Number,
  arrays: true,
});
const service = LOADED["firstlight.v1.ExchangeService"] as unknown as { Exchange: Codec };
const reference = service.Exchange;

const bytes = Buffer.from([0, 1, 255]);
const at = 1_700_000_000_000_001;
const FRAMES: readonly Frame[] = [
  { call: 2 ** 40, read: { snapshot: at, catalogVersion: 0, keys: [bytes, Buffer.alloc(0)] } },
  { call: 1, readReply: { values: [bytes, Buffer.alloc(0)], missing: [1] } },
  { call: 2, commit: { snapshot: at, checks: [{ start: bytes, intent: Intent.K }] } },
  { call: 3, append: { log: "a1", epoch: 300, entries: [{ index: 1, payload: bytes }] } },
  { call: 4, statusReply: { watermark: at, positions: { a1: 7, a2: 2 ** 33 } } },
  { call: 5, failure: { kind: "fenced", message: "größer" } },
];

test("the loader of gRPC reads what is written here", () => {
  const { frames } = reference.requestDeserialize(encodeEnvelope(FRAMES));
  const expected = reference.requestDeserialize(reference.requestSerialize({ frames: FRAMES }));
  expect(frames).toEqual(expected.frames);
});

test("what the loader of gRPC writes is read here", () => {
  const { frames } = decodeEnvelope(reference.requestSerialize({ frames: FRAMES }));
  const [read, , commit, append, status, failure] = frames;
  expect(read?.call).toBe(2 ** 40);
  expect(read?.body).toBe("read");
  expect(read?.read?.snapshot).toBe(at);
  expect(read?.read?.keys).toEqual([bytes, Buffer.alloc(0)]);
  expect(commit?.commit?.mutations).toEqual(Buffer.alloc(0));
  expect(commit?.commit?.checks[0]?.intent).toBe(Intent.K);
  expect(append?.append?.entries[0]?.payload).toEqual(bytes);
  expect(status?.statusReply?.positions).toEqual({ a1: 7, a2: 2 ** 33 });
  expect(failure?.failure?.message).toBe("größer");
});

test("a message that ends early is refused", () => {
  const whole = encodeEnvelope(FRAMES.slice(0, 1));
  expect(() => decodeEnvelope(whole.subarray(0, 5))).toThrow(RangeError);
});
