/**
 * Large envelopes in pieces. Whoever waits for one sees that it is on its way, and so does not take
 * a slow line, or a busy machine, for a dead one.
 */
import type { Channel, Clock } from "@firstlight/common";
import type { Frame__Output } from "../gen/firstlight/v1/Frame.ts";
import { decodeEnvelope, encodeEnvelope, encodePiece } from "./envelope.ts";
import { Segments } from "./segments.ts";

const PIECE_BYTES = 1 << 20;
const PIECES_PER_TURN = 4;
/** With this much on its way the next pieces wait: what is dropped meanwhile need not be sent. */
const CHANNEL_BYTES_MAX = 8 * PIECE_BYTES;
const PAUSE_MICROS = 1000;
/** Up to here the overhead of pieces is worth more than what they tell. */
export const WHOLE_BYTES_MAX: number = 2 * PIECE_BYTES;
/** Of what waits here; beyond it the channel is given up (I11). */
const QUEUED_BYTES_MAX = 512 << 20;
/** No sender may queue more. */
const ASSEMBLED_BYTES_MAX = QUEUED_BYTES_MAX;

interface Queued {
  readonly envelope: Segments;
  /** The stream that all of it is for. */
  readonly stream: number | undefined;
}

/** Sends envelopes in their order, some pieces of a large one a turn. */
export class PieceWriter {
  readonly #channel: Channel;
  readonly #clock: Clock;
  /** The first one is partly sent. */
  #queue: Queued[] = [];
  #queuedBytes = 0;
  #sent = 0;
  /** More is sent at the end of this turn. */
  #goesOn = false;

  constructor(channel: Channel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
  }

  send(message: Buffer | Segments, stream?: number): void {
    const envelope = message instanceof Segments ? message : new Segments([message]);
    if (this.#queue.length === 0 && envelope.length <= WHOLE_BYTES_MAX) {
      this.#channel.send(envelope.take(envelope.length));
      return;
    }
    this.#queuedBytes += envelope.length;
    if (this.#queuedBytes > QUEUED_BYTES_MAX) {
      this.#clear();
      this.#channel.close("too much waits to be sent");
      return;
    }
    this.#queue.push({ envelope, stream });
    if (!this.#goesOn) this.#sendSome();
  }

  /** Nobody reads the stream any more: what waits for it is not sent. */
  drop(stream: number): void {
    const [first, ...others] = this.#queue;
    if (first === undefined) return;
    const left = others.filter((queued) => queued.stream !== stream);
    const isFirst = first.stream === stream;
    this.#queue = isFirst ? left : [first, ...left];
    this.#queuedBytes = this.#queue.reduce((bytes, { envelope }) => bytes + envelope.length, 0);
    if (!isFirst) return;
    this.#sent = 0;
    this.#channel.send(encodeEnvelope([]));
  }

  #clear(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#sent = 0;
  }

  #sendSome(): void {
    const channel = this.#channel;
    for (let sent = 0; sent < PIECES_PER_TURN && channel.queuedBytes < CHANNEL_BYTES_MAX; sent++) {
      const first = this.#queue[0];
      if (first === undefined) return;
      this.#sendNext(first.envelope);
    }
    if (this.#queue.length > 0) this.#goOn();
  }

  #goOn(): void {
    this.#goesOn = true;
    const isFull = this.#channel.queuedBytes >= CHANNEL_BYTES_MAX;
    const next = (): void => {
      this.#goesOn = false;
      this.#sendSome();
    };
    if (isFull) this.#clock.after(PAUSE_MICROS, next);
    else this.#clock.endOfTick(next);
  }

  #sendNext(envelope: Segments): void {
    const isWhole = this.#sent === 0 && envelope.length <= WHOLE_BYTES_MAX;
    const piece = envelope.take(isWhole ? envelope.length : PIECE_BYTES);
    const left = envelope.length - this.#sent - piece.length;
    this.#channel.send(isWhole ? piece : encodePiece(piece, left));
    this.#sent += piece.length;
    if (!isWhole && left > 0) return;
    this.#sent = 0;
    this.#queue.shift();
    this.#queuedBytes -= envelope.length;
  }
}

/** Puts the messages of one channel together. */
export class PieceReader {
  #whole: Buffer | undefined;
  #at = 0;
  /** What the last envelope said of its sender. */
  lag = 0;

  /** The frames of an envelope; undefined while more of it is to come. */
  take(message: Uint8Array): readonly Frame__Output[] | undefined {
    const { frames, piece, left, lag } = decodeEnvelope(message);
    if (piece.length === 0) {
      // Between pieces: the rest of what they are of was dropped.
      this.#whole = undefined;
      this.lag = lag;
      return frames;
    }
    const whole = (this.#whole ??= this.#begin(piece.length + left));
    if (this.#at + piece.length + left !== whole.length) {
      throw new RangeError("a piece does not belong to the one before it");
    }
    whole.set(piece, this.#at);
    this.#at += piece.length;
    if (left > 0) return undefined;
    this.#whole = undefined;
    const envelope = decodeEnvelope(whole);
    this.lag = envelope.lag;
    return envelope.frames;
  }

  #begin(length: number): Buffer {
    if (length > ASSEMBLED_BYTES_MAX) throw new RangeError(`an envelope of ${length} bytes`);
    this.#at = 0;
    return Buffer.allocUnsafeSlow(length);
  }
}
