/**
 * Collects the frames of one tick into one message. Large frames close a batch early, so that a
 * message holds about BATCH_BYTES at most unless a single frame is larger.
 */
import type { Channel, Clock } from "@firstlight/common";
import type { Frame } from "../gen/firstlight/v1/Frame.ts";
import { encodeEnvelope } from "./envelope.ts";
import { PieceWriter } from "./pieces.ts";

const BATCH_BYTES = 1 << 20;

export class FrameBatch {
  readonly #writer: PieceWriter;
  readonly #clock: Clock;
  #frames: Frame[] = [];
  #bytes = 0;

  constructor(channel: Channel, clock: Clock) {
    this.#writer = new PieceWriter(channel, clock);
    this.#clock = clock;
  }

  /** `bytes`: a rough size of the frame; 0 where it is small. */
  add(frame: Frame, bytes = 0): void {
    this.#frames.push(frame);
    this.#bytes += bytes;
    if (this.#bytes >= BATCH_BYTES) this.flush();
    else if (this.#frames.length === 1) this.#clock.endOfTick(() => this.flush());
  }

  flush(): void {
    if (this.#frames.length === 0) return;
    const frames = this.#frames;
    this.#frames = [];
    this.#bytes = 0;
    this.#writer.send(encodeEnvelope(frames));
  }
}
