/**
 * Collects the frames of one tick into one message of about BATCH_BYTES at most. A frame that
 * travels in pieces is a message of its own.
 */
import type { Channel, Clock } from "@firstlight/common";
import type { Frame } from "../gen/firstlight/v1/Frame.ts";
import { encodeEnvelope, encodeSegments } from "./envelope.ts";
import { PieceWriter, WHOLE_BYTES_MAX } from "./pieces.ts";

const BATCH_BYTES = 1 << 20;

export class FrameBatch {
  readonly #writer: PieceWriter;
  readonly #clock: Clock;
  readonly #lag: (() => number) | undefined;
  #frames: Frame[] = [];
  #bytes = 0;

  /** `lag`: what the other side is told with every message of how far this one is behind. */
  constructor(channel: Channel, clock: Clock, lag?: () => number) {
    this.#lag = lag;
    this.#writer = new PieceWriter(channel, clock);
    this.#clock = clock;
  }

  /** `bytes`: a rough size of the frame; 0 where it is small. */
  add(frame: Frame, bytes = 0): void {
    if (bytes > WHOLE_BYTES_MAX && frame.call !== undefined) {
      this.flush();
      this.#writer.send(encodeSegments([frame]), Number(frame.call));
      return;
    }
    this.#frames.push(frame);
    this.#bytes += bytes;
    if (this.#bytes >= BATCH_BYTES) this.flush();
    else if (this.#frames.length === 1) this.#clock.endOfTick(() => this.flush());
  }

  /** Large frames of a stream that has been cancelled are not sent any more. */
  drop(stream: number): void {
    this.#writer.drop(stream);
  }

  flush(): void {
    if (this.#frames.length === 0) return;
    const frames = this.#frames;
    this.#frames = [];
    this.#bytes = 0;
    this.#writer.send(encodeEnvelope(frames, this.#lag?.()));
  }
}
