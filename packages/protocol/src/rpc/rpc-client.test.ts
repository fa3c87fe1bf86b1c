/** How long a call waits: for an answer, or for a sign that it is under way. */
import type { Channel, Network } from "@firstlight/common";
import { ManualClock, SILENT_LOG } from "@firstlight/common";
import { expect, test } from "vitest";
import type { Frame } from "../gen/firstlight/v1/Frame.ts";
import { RpcClient } from "./rpc-client.ts";
import type { RpcHandlers } from "./rpc-server.ts";
import { serveChannel } from "./rpc-server.ts";

const SECOND = 1_000_000;

class End implements Channel {
  other: End | undefined;
  readonly queuedBytes = 0;
  readonly #clock: ManualClock;
  #listener: (message: Uint8Array) => void = () => undefined;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  send(message: Uint8Array): void {
    const { other } = this;
    void this.#clock.after(0, () => other?.arrive(message));
  }

  arrive(message: Uint8Array): void {
    this.#listener(message);
  }

  onMessage(listener: (message: Uint8Array) => void): void {
    this.#listener = listener;
  }

  onClose(): void {
    // Nothing closes here.
  }

  close(): void {
    this.other = undefined;
  }
}

function connected(
  handlers: RpcHandlers,
  lag: () => number = () => 0,
): { clock: ManualClock; client: RpcClient } {
  const clock = new ManualClock();
  const network: Network = {
    connect: () => {
      const [near, far] = [new End(clock), new End(clock)];
      near.other = far;
      far.other = near;
      serveChannel(far, { clock, log: SILENT_LOG, handlers, lag });
      return near;
    },
    listen: () => Promise.reject(new Error("unused")),
  };
  return { clock, client: new RpcClient(network, clock, "there") };
}

/** Answered when the test says so. */
function slowService(): { handlers: RpcHandlers; answer: (frame: Frame) => void } {
  let answer: (frame: Frame) => void = () => undefined;
  const status = (): Promise<Frame> => new Promise((resolve) => (answer = resolve));
  return { handlers: { streams: {}, calls: { status } }, answer: (frame) => answer(frame) };
}

test("a call that its service is at is waited for", async () => {
  const { handlers, answer } = slowService();
  const { clock, client } = connected(handlers);
  let watermark: number | undefined;
  const asked = client.call({ status: {} }).then(({ statusReply }) => {
    watermark = statusReply?.watermark;
  });
  await clock.advance(60 * SECOND);
  answer({ statusReply: { watermark: 7 } });
  await clock.advance(SECOND);
  await asked;
  expect(watermark).toBe(7);
});

test("a call that nobody is at is given up", async () => {
  const clock = new ManualClock();
  const network: Network = {
    connect: () => new End(clock),
    listen: () => Promise.reject(new Error("unused")),
  };
  const failed = new RpcClient(network, clock, "there").call({ status: {} }).catch(String);
  await clock.advance(13 * SECOND);
  expect(await failed).toContain("no answer in time");
});

test("every answer tells how far its sender is behind", async () => {
  const { handlers, answer } = slowService();
  let lag = 7_000_000;
  const { clock, client } = connected(handlers, () => lag);
  expect(client.lag).toBeUndefined();
  const first = client.call({ status: {} });
  await clock.advance(1);
  answer({ statusReply: {} });
  await clock.advance(1);
  await first;
  expect(client.lag).toEqual({ micros: 7_000_000, at: clock.monotonicMicros() - 1 });
  lag = 0;
  const second = client.call({ status: {} });
  await clock.advance(1);
  answer({ statusReply: {} });
  await clock.advance(1);
  await second;
  expect(client.lag?.micros).toBe(0);
});

test("who says nothing for long though it is asked is behind, until it is heard again", async () => {
  const { handlers, answer } = slowService();
  const { clock, client } = connected(handlers);
  const silent: Network = {
    connect: () => new End(clock),
    listen: () => Promise.reject(new Error("unused")),
  };
  const deaf = new RpcClient(silent, clock, "there");
  void deaf.call({ status: {} }).catch(() => undefined);
  await clock.advance(4 * SECOND);
  expect(deaf.lag).toBeUndefined();
  const askedAt = clock.monotonicMicros();
  void deaf.call({ status: {} }).catch(() => undefined);
  await clock.advance(16 * SECOND);
  expect(deaf.lag).toEqual({ micros: 20 * SECOND, at: askedAt });

  // One that is at it says so.
  const asked = client.call({ status: {} });
  await clock.advance(60 * SECOND);
  expect(client.lag?.micros).toBe(0);
  answer({ statusReply: {} });
  await clock.advance(SECOND);
  await asked;
});
