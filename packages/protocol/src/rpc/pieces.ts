/**
 * Large envelopes in pieces. Whoever waits for one sees that it is on its way, and so does not take
 * a slow line, or a busy machine, for a dead one.
 */
import type { Channel, Clock } from "@firstlight/common";
import type { Frame__Output } from "../gen/firstlight/v1/Frame.ts";
import { decodeEnvelope, encodePiece } from "./envelope.ts";

const PIECE_BYTES = 1 << 20;
const PIECES_PER_TURN = 4;
/** Up to here the overhead of pieces is worth more than what they tell. */
const WHOLE_BYTES_MAX = 2 * PIECE_BYTES;
/** What a sender may buffer is less; past it the other side is broken (I11). */
const ASSEMBLED_BYTES_MAX = 512 << 20;

/** Sends envelopes in their order, some pieces of a large one a turn. */
export class PieceWriter {
  readonly #channel: Channel;
  readonly #clock: Clock;
  /** The first one is partly sent. */
  readonly #queue: Buffer[] = [];
  #sent = 0;

  constructor(channel: Channel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
  }

  send(envelope: Buffer): void {
    if (this.#queue.length === 0 && envelope.length <= WHOLE_BYTES_MAX) {
      this.#channel.send(envelope);
      return;
    }
    this.#queue.push(envelope);
    if (this.#queue.length === 1) this.#sendSome();
  }

  #sendSome(): void {
    for (let sent = 0; sent < PIECES_PER_TURN; sent++) {
      const envelope = this.#queue[0];
      if (envelope === undefined) return;
      this.#sendNext(envelope);
    }
    if (this.#queue.length > 0) this.#clock.endOfTick(() => this.#sendSome());
  }

  #sendNext(envelope: Buffer): void {
    const piece = envelope.subarray(this.#sent, this.#sent + PIECE_BYTES);
    const left = envelope.length - this.#sent - piece.length;
    const isWhole = this.#sent === 0 && envelope.length <= WHOLE_BYTES_MAX;
    this.#channel.send(isWhole ? envelope : encodePiece(piece, left));
    this.#sent += piece.length;
    if (!isWhole && left > 0) return;
    this.#sent = 0;
    this.#queue.shift();
  }
}

/** Puts the messages of one channel together. */
export class PieceReader {
  #whole: Buffer | undefined;
  #at = 0;

  /** The frames of an envelope; undefined while more of it is to come. */
  take(message: Uint8Array): readonly Frame__Output[] | undefined {
    const { frames, piece, left } = decodeEnvelope(message);
    if (piece.length === 0) return frames;
    const whole = (this.#whole ??= this.#begin(piece.length + left));
    if (this.#at + piece.length + left !== whole.length) {
      throw new RangeError("a piece does not belong to the one before it");
    }
    whole.set(piece, this.#at);
    this.#at += piece.length;
    if (left > 0) return undefined;
    this.#whole = undefined;
    return decodeEnvelope(whole).frames;
  }

  #begin(length: number): Buffer {
    if (length > ASSEMBLED_BYTES_MAX) throw new RangeError(`an envelope of ${length} bytes`);
    this.#at = 0;
    return Buffer.allocUnsafeSlow(length);
  }
}
