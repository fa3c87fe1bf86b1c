/**
 * The asking side of one connection. Connects when first used and again after a failure; a call
 * whose connection dies, or that takes too long, rejects with "unavailable": its effect is unknown.
 * While an answer arrives in pieces, or the other side says that it is still at it, a call waits on.
 */
import type { Channel, Clock, Network, Lag, Timer } from "@firstlight/common";
import { ServiceError } from "@firstlight/common";
import type { Frame, Frame__Output } from "../gen/firstlight/v1/Frame.ts";
import { fromFailure } from "./failure.ts";
import { FrameBatch } from "./frame-batch.ts";
import { PieceReader } from "./pieces.ts";

export interface RpcSettings {
  /** Without an answer, a piece of one, or a sign that the call is under way. */
  readonly timeoutMicros: number;
  /** Calls under way at most: "overloaded" past it (I11). */
  readonly callsMax: number;
}

export const DEFAULT_RPC_SETTINGS: RpcSettings = { timeoutMicros: 10_000_000, callsMax: 20_000 };

/** A very busy machine, or a slow line, takes 100 s for 100 MB; one that is gone shows at once. */
const MICROS_PER_BYTE = 1;

/** Who is at a call says so every four seconds at least (LongCalls): this long it says nothing. */
const SILENCE_MICROS = 5_000_000;

interface PendingCall {
  deadline: number;
  resolve(frame: Frame__Output): void;
  reject(error: Error): void;
}

export interface StreamHandler {
  onFrame(frame: Frame__Output): void;
  /** Something large is on its way, perhaps for this stream. */
  onPiece(): void;
  onEnd(error: Error): void;
}

interface Connection {
  readonly channel: Channel;
  readonly batch: FrameBatch;
}

export class RpcClient {
  readonly #network: Network;
  readonly #clock: Clock;
  readonly #address: string;
  readonly #settings: RpcSettings;
  readonly #pending = new Map<number, PendingCall>();
  readonly #streams = new Map<number, StreamHandler>();
  #connection: Connection | undefined;
  #nextCall = 1;
  #piecesAt = -Infinity;
  /** What the other side said of itself, when it was last heard; undefined before that. */
  #heard: Lag | undefined;
  /** The first time since then that it was asked something; undefined: everything is answered. */
  #unheardSince: number | undefined;
  #askedAt = 0;
  #sweep: Timer | undefined;
  #closed = false;

  constructor(
    network: Network,
    clock: Clock,
    address: string,
    settings: RpcSettings = DEFAULT_RPC_SETTINGS,
  ) {
    this.#network = network;
    this.#clock = clock;
    this.#address = address;
    this.#settings = settings;
  }

  /** Others have their turn. */
  readonly turn = (): Promise<void> => new Promise((resolve) => this.#clock.endOfTick(resolve));

  /** The body is the client's from now on. `bytes`: a rough size of it. */
  call(body: Frame, bytes = 0): Promise<Frame__Output> {
    if (this.#closed) return Promise.reject(this.#unavailable("the client was closed"));
    if (this.#pending.size >= this.#settings.callsMax) {
      const text = `${this.#pending.size} calls to ${this.#address} are under way`;
      return Promise.reject(new ServiceError("overloaded", text));
    }
    return new Promise((resolve, reject) => {
      const call = this.#nextCall++;
      const now = this.#clock.monotonicMicros();
      this.#pending.set(call, { deadline: this.#deadline(bytes, now), resolve, reject });
      this.#askedAt = now;
      this.#unheardSince ??= now;
      this.#armSweep();
      body.call = call;
      this.#connect().batch.add(body, bytes);
    });
  }

  /** Of a storage replica: what it said last, or for how long it has been asked in vain. */
  get lag(): Lag | undefined {
    const since = this.#unheardSince;
    if (since === undefined) return this.#heard;
    const micros = this.#clock.monotonicMicros() - since;
    if (micros < SILENCE_MICROS || micros < (this.#heard?.micros ?? 0)) return this.#heard;
    return { micros, at: this.#askedAt };
  }

  /** A call with many answers, until it is cancelled or the connection dies. */
  stream(body: Frame, handler: StreamHandler): { close(): void } {
    const call = this.#nextCall++;
    this.#streams.set(call, handler);
    body.call = call;
    this.#connect().batch.add(body);
    return {
      close: () => {
        if (this.#streams.delete(call)) this.#connection?.batch.add({ call, cancel: {} });
      },
    };
  }

  #unavailable(reason: string): ServiceError {
    return new ServiceError("unavailable", `${this.#address}: ${reason}`);
  }

  #connect(): Connection {
    if (this.#connection !== undefined) return this.#connection;
    const channel = this.#network.connect(this.#address);
    const connection = { channel, batch: new FrameBatch(channel, this.#clock) };
    this.#connection = connection;
    const pieces = new PieceReader();
    channel.onMessage((message) => {
      const frames = pieces.take(message);
      if (frames === undefined) this.#hearPiece();
      else for (const frame of frames) this.#receive(frame);
      this.#hear(pieces.lag);
    });
    channel.onClose((reason) => this.#lost(connection, reason));
    return connection;
  }

  #hear(micros: number): void {
    const at = this.#clock.monotonicMicros();
    this.#heard = { micros, at };
    this.#unheardSince = this.#pending.size > 0 ? at : undefined;
  }

  /** For an answer to `bytes`, which are still to be sent. */
  #deadline(bytes = 0, now: number = this.#clock.monotonicMicros()): number {
    return now + this.#settings.timeoutMicros + bytes * MICROS_PER_BYTE;
  }

  /** Answers come in order: everyone may be waiting for what this is a piece of. */
  #hearPiece(): void {
    this.#piecesAt = this.#clock.monotonicMicros();
    for (const stream of this.#streams.values()) stream.onPiece();
  }

  #receive(frame: Frame__Output): void {
    const pending = this.#pending.get(frame.call);
    if (frame.underWay) {
      if (pending !== undefined) pending.deadline = this.#deadline();
      return;
    }
    if (pending !== undefined) {
      this.#pending.delete(frame.call);
      if (frame.failure) pending.reject(fromFailure(frame.failure));
      else pending.resolve(frame);
      return;
    }
    const stream = this.#streams.get(frame.call);
    if (stream === undefined) return;
    if (!frame.failure) {
      stream.onFrame(frame);
      return;
    }
    this.#streams.delete(frame.call);
    stream.onEnd(fromFailure(frame.failure));
  }

  #lost(connection: Connection, reason: string): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    // Whoever is gone is not behind: calls fail at once.
    this.#heard = undefined;
    this.#unheardSince = undefined;
    const error = this.#unavailable(reason);
    const calls = [...this.#pending.values()];
    const streams = [...this.#streams.values()];
    this.#pending.clear();
    this.#streams.clear();
    for (const call of calls) call.reject(error);
    for (const stream of streams) stream.onEnd(error);
  }

  /** One timer for all calls: deadlines are coarse. */
  #armSweep(): void {
    if (this.#sweep !== undefined) return;
    this.#sweep = this.#clock.after(this.#settings.timeoutMicros / 4, () => {
      this.#sweep = undefined;
      this.#expire();
      if (this.#pending.size > 0) this.#armSweep();
    });
  }

  #expire(): void {
    const now = this.#clock.monotonicMicros();
    if (now - this.#piecesAt < this.#settings.timeoutMicros) return;
    for (const [call, pending] of this.#pending) {
      if (pending.deadline > now) continue;
      this.#pending.delete(call);
      pending.reject(this.#unavailable("no answer in time"));
    }
  }

  close(): void {
    this.#closed = true;
    this.#sweep?.cancel();
    const connection = this.#connection;
    if (connection === undefined) return;
    connection.batch.flush();
    connection.channel.close("client closed");
    this.#lost(connection, "the client was closed");
  }
}
