/** Envelopes larger than a piece arrive whole, in order, and are seen to be on their way. */
import type { Channel, Clock } from "@firstlight/common";
import { expect, test } from "vitest";
import type { Frame, Frame__Output } from "../gen/firstlight/v1/Frame.ts";
import { encodeEnvelope, encodePiece } from "./envelope.ts";
import { PieceReader, PieceWriter } from "./pieces.ts";

const turns: (() => void)[] = [];
const unused = (): never => {
  throw new Error("unused");
};
const clock: Clock = {
  now: unused,
  monotonicMicros: unused,
  after: unused,
  sleep: unused,
  endOfTick: (callback) => void turns.push(callback),
};

function sendAll(envelopes: readonly Buffer[]): Uint8Array[] {
  const messages: Uint8Array[] = [];
  const channel: Channel = {
    send: (message) => void messages.push(message),
    onMessage: unused,
    onClose: unused,
    close: unused,
  };
  const writer = new PieceWriter(channel, clock);
  for (const envelope of envelopes) writer.send(envelope);
  for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) turn();
  return messages;
}

function frame(call: number, bytes: number): Frame {
  const payload = Buffer.alloc(bytes, call);
  return { call, tailEntries: { entries: [{ index: call, epoch: 1, timestamp: 1, payload }] } };
}

function received(messages: readonly Uint8Array[]): readonly (Frame__Output | undefined)[] {
  const reader = new PieceReader();
  return messages.map((message) => reader.take(message)?.[0]);
}

test("large and small envelopes arrive whole and in the order in which they were sent", () => {
  const sizes = [10, 9_000_000, 20, 2_200_000, 1_500_000];
  const messages = sendAll(sizes.map((bytes, call) => encodeEnvelope([frame(call, bytes)])));
  for (const message of messages) expect(message.length).toBeLessThan(2 * 2 ** 20 + 100);
  const frames = received(messages).filter((one) => one !== undefined);
  expect(frames.map(({ call }) => call)).toEqual([0, 1, 2, 3, 4]);
  for (const [call, { tailEntries }] of frames.entries()) {
    const { payload } = tailEntries?.entries[0] ?? { payload: Buffer.alloc(0) };
    expect(payload.equals(Buffer.alloc(sizes[call] ?? 0, call))).toBe(true);
  }
});

test("whoever waits for a large envelope hears of every piece of it", () => {
  const messages = sendAll([encodeEnvelope([frame(1, 9_000_000)])]);
  expect(messages.length).toBe(9);
  expect(received(messages).map((one) => one?.call)).toEqual([...Array(8).fill(undefined), 1]);
});

test("a piece that does not follow the one before is refused", () => {
  const reader = new PieceReader();
  reader.take(encodePiece(Buffer.alloc(10), 20));
  expect(() => reader.take(encodePiece(Buffer.alloc(10), 20))).toThrow(RangeError);
});

test("a piece of more than anybody may send is refused", () => {
  expect(() => new PieceReader().take(encodePiece(Buffer.alloc(1), 2 ** 31))).toThrow(RangeError);
});
