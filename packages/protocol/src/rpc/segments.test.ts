/** Segments are the bytes that protobufjs would have put together. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Frame } from "../gen/firstlight/v1/Frame.ts";
import { encodeEnvelope, encodeSegments } from "./envelope.ts";
import { Segments } from "./segments.ts";

function frame(call: number, sizes: readonly number[]): Frame {
  const entries = sizes.map((bytes, at) => {
    return { index: at + 1, epoch: 1, timestamp: 2 ** 52 + at, payload: Buffer.alloc(bytes, at) };
  });
  return { call, tailEntries: { entries } };
}

function taken(segments: Segments, bytes: number): Buffer {
  const pieces: Uint8Array[] = [];
  for (let left = segments.length; left > 0; left -= pieces.at(-1)?.length ?? left) {
    pieces.push(segments.take(bytes));
  }
  expect(segments.take(bytes)).toHaveLength(0);
  return Buffer.concat(pieces);
}

test("a frame in segments is the frame", () => {
  const sizes = fc.array(fc.oneof(fc.nat(200), fc.nat(200_000)), { maxLength: 5 });
  const property = fc.property(fc.nat(300), sizes, fc.integer({ min: 1000, max: 1 << 20 }), check);
  fc.assert(property, { numRuns: 50 });

  function check(call: number, bytes: readonly number[], piece: number): void {
    const segments = encodeSegments([frame(call, bytes)]);
    expect(taken(segments, piece).equals(encodeEnvelope([frame(call, bytes)]))).toBe(true);
  }
});

test("large fields are not copied", () => {
  const large = frame(1, [1_000_000]);
  const payload = large.tailEntries?.entries?.[0]?.payload as Buffer;
  const segments = encodeSegments([large]);
  segments.take(segments.length - payload.length);
  const taken = segments.take(500_000);
  payload[400_000] = 99;
  expect(taken.includes(99)).toBe(true);
});
