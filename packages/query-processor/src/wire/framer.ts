/**
 * Cuts the client's bytes into messages. A length is checked before it is believed, and memory
 * grows with what has arrived, never with what was announced; every byte is copied at most a
 * constant number of times.
 */
import { SqlError } from "@firstlight/common";
import { FREE_BYTES } from "./input-budget.ts";
import type { InputBudget } from "./input-budget.ts";
import { fatalProtocolViolation } from "./protocol-violation.ts";

const EMPTY = Buffer.alloc(0);
/** PostgreSQL's MAX_STARTUP_PACKET_LENGTH. */
const STARTUP_LENGTH_MAX = 10_000;
const SMALL_LENGTH_MAX = 10_000;
/** PostgreSQL's PQ_LARGE_MESSAGE_LIMIT. */
const PROTOCOL_LENGTH_MAX = 2 ** 30 - 2;
const TLS_HANDSHAKE = 0x16;

/** Message types by size class; anything else is no message of the protocol. */
const LARGE = new Set(Buffer.from("QPBdF"));
const SMALL = new Set(Buffer.from("CDEHSXcfp"));

export class Framer {
  readonly #messageLimit: number;
  #chunk: Buffer = EMPTY;
  #start = 0;
  #end = 0;
  /** The message that `next` found: its type, and its body in `buffer[bodyStart, bodyEnd)`. */
  type = 0;
  buffer: Buffer = EMPTY;
  bodyStart = 0;
  bodyEnd = 0;

  /** Bytes of the chunk that the budget counts. */
  #counted = 0;
  readonly #budget: InputBudget | undefined;

  /** What a longer one is answered with, instead of its size and the limit. */
  readonly #tooLong: (() => SqlError) | undefined;

  constructor(messageLimit: number, budget?: InputBudget, tooLong?: () => SqlError) {
    this.#messageLimit = messageLimit;
    this.#tooLong = tooLong;
    this.#budget = budget;
  }

  get buffered(): number {
    return this.#end - this.#start;
  }

  push(data: Buffer): void {
    if (this.#start === this.#end) {
      this.#chunk = data;
      this.#start = 0;
      this.#end = data.length;
      return;
    }
    this.#reserve(data.length);
    data.copy(this.#chunk, this.#end);
    this.#end += data.length;
  }

  /** Room for `more` bytes behind the unread ones; doubles, so that appending is linear overall. */
  #reserve(more: number): void {
    const unread = this.#end - this.#start;
    if (this.#owned && this.#end + more <= this.#chunk.length) return;
    const size = Math.max(8192, (unread + more) * 2);
    this.#count(size > FREE_BYTES ? size : 0);
    const grown = Buffer.allocUnsafe(size);
    this.#chunk.copy(grown, 0, this.#start, this.#end);
    this.#chunk = grown;
    this.#owned = true;
    this.#start = 0;
    this.#end = unread;
  }

  /** Whether the client speaks TLS without having asked for it: no packet begins like this. */
  get startsHandshake(): boolean {
    return this.buffered > 0 && this.#chunk[this.#start] === TLS_HANDSHAKE;
  }

  /** All that has come and was not read. */
  takeAll(): Buffer {
    const bytes = this.#chunk.subarray(this.#start, this.#end);
    this.#forget();
    return bytes;
  }

  /** A startup-phase packet: no type byte. False when more bytes are needed. */
  nextStartup(): boolean {
    if (this.buffered < 4) return false;
    const length = this.#chunk.readInt32BE(this.#start);
    if (length < 8 || length > STARTUP_LENGTH_MAX) {
      throw fatalProtocolViolation("invalid length of startup packet");
    }
    if (this.buffered < length) return false;
    this.#found(0, 4, length);
    return true;
  }

  /** The next message. False when more bytes are needed. */
  next(): boolean {
    if (this.buffered < 5) {
      if (this.buffered > 0) this.#checkType(this.#chunk[this.#start] ?? 0);
      return false;
    }
    const type = this.#chunk[this.#start] ?? 0;
    const length = this.#chunk.readInt32BE(this.#start + 1);
    this.#checkType(type);
    this.#checkLength(length, LARGE.has(type));
    if (this.buffered < length + 1) return false;
    this.#found(type, 5, length + 1);
    return true;
  }

  #checkLength(length: number, isLarge: boolean): void {
    if (length < 4 || length > (isLarge ? PROTOCOL_LENGTH_MAX : SMALL_LENGTH_MAX)) {
      throw fatalProtocolViolation("invalid message length");
    }
    if (length <= this.#messageLimit) return;
    if (this.#tooLong !== undefined) throw this.#tooLong();
    throw new SqlError("54000", `message of ${String(length)} bytes is too long`, {
      detail: `A message may have ${String(this.#messageLimit)} bytes on this server.`,
      severity: "FATAL",
    });
  }

  #checkType(type: number): void {
    if (LARGE.has(type) || SMALL.has(type)) return;
    throw fatalProtocolViolation(`invalid frontend message type ${String(type)}`);
  }

  #found(type: number, headerLength: number, frameLength: number): void {
    this.type = type;
    this.buffer = this.#chunk;
    this.bodyStart = this.#start + headerLength;
    this.bodyEnd = this.#start + frameLength;
    this.#start = this.bodyEnd;
    if (this.#start !== this.#end) return;
    // The body may still be read by whoever got it: forget the chunk instead of reusing it.
    this.#forget();
  }

  /** What the chunk holds of the budget from now on. */
  #count(bytes: number): void {
    const more = bytes - this.#counted;
    if (more > 0) this.#budget?.take(more);
    else this.#budget?.give(-more);
    this.#counted = bytes;
  }

  /** Whatever is still here will not be read. */
  close(): void {
    this.#forget();
  }

  #forget(): void {
    if (this.#counted > 0) this.#count(0);
    this.#chunk = EMPTY;
    this.#owned = false;
    this.#start = 0;
    this.#end = 0;
  }

  /** Whether `chunk` is ours to append to; a chunk of the socket is not. */
  #owned = false;
}
