/** Envelopes larger than a piece arrive whole, in order, and are seen to be on their way. */
import type { Channel, Clock } from "@firstlight/common";
import { expect, test } from "vitest";
import type { Frame, Frame__Output } from "../gen/firstlight/v1/Frame.ts";
import { encodeEnvelope, encodePiece } from "./envelope.ts";
import { PieceReader, PieceWriter } from "./pieces.ts";

const turns: (() => void)[] = [];
const pauses: (() => void)[] = [];
const unused = (): never => {
  throw new Error("unused");
};
const clock: Clock = {
  now: unused,
  monotonicMicros: unused,
  after: (_micros, callback) => {
    pauses.push(callback);
    return { cancel: unused };
  },
  sleep: unused,
  endOfTick: (callback) => void turns.push(callback),
};

interface Sent {
  readonly messages: Uint8Array[];
  readonly closed: string[];
  readonly writer: PieceWriter;
}

function newWriter(queuedBytes = (): number => 0): Sent {
  const messages: Uint8Array[] = [];
  const closed: string[] = [];
  const channel: Channel = {
    send: (message) => void messages.push(message),
    get queuedBytes() {
      return queuedBytes();
    },
    onMessage: unused,
    onClose: unused,
    close: (reason = "") => void closed.push(reason),
  };
  return { messages, closed, writer: new PieceWriter(channel, clock) };
}

function takeTurns(): void {
  for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) turn();
}

function sendAll(envelopes: readonly Buffer[]): Uint8Array[] {
  const { messages, writer } = newWriter();
  for (const envelope of envelopes) writer.send(envelope);
  takeTurns();
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

test("what is dropped is not sent to its end, and what follows arrives", () => {
  const { messages, writer } = newWriter();
  writer.send(encodeEnvelope([frame(1, 50_000_000)]), 1);
  writer.send(encodeEnvelope([frame(2, 10)]));
  writer.send(encodeEnvelope([frame(1, 3_000_000)]), 1);
  writer.send(encodeEnvelope([frame(3, 3_000_000)]), 3);
  writer.drop(1);
  takeTurns();
  expect(messages.length).toBeLessThan(12);
  const calls = received(messages).flatMap((one) => (one === undefined ? [] : [one.call]));
  expect(calls).toEqual([2, 3]);
});

test("pieces wait while the channel has much to send, and nothing of what is dropped then is sent", () => {
  let queuedBytes = 0;
  const { messages, writer } = newWriter(() => queuedBytes);
  queuedBytes = 8 << 20;
  writer.send(encodeEnvelope([frame(1, 50_000_000)]), 1);
  writer.send(encodeEnvelope([frame(2, 5_000_000)]), 2);
  takeTurns();
  expect(messages.length).toBe(0);
  writer.drop(1);
  queuedBytes = 0;
  pauses.shift()?.();
  takeTurns();
  const calls = received(messages).flatMap((one) => (one === undefined ? [] : [one.call]));
  expect(calls).toEqual([2]);
});

test("I11: more than may wait closes the channel", () => {
  const { closed, writer } = newWriter();
  const envelope = Buffer.alloc(200 << 20);
  for (let i = 0; i < 3; i++) writer.send(envelope);
  expect(closed).toEqual(["too much waits to be sent"]);
  turns.length = 0;
});
