/**
 * The asking side of one connection. Connects when first used and again after a failure; a call
 * whose connection dies, or that takes too long, rejects with "unavailable": its effect is unknown.
 */
import type { Channel, Clock, Network, Timer } from "@firstlight/common";
import { ServiceError } from "@firstlight/common";
import type { Frame, Frame__Output } from "../gen/firstlight/v1/Frame.ts";
import { decodeEnvelope } from "./envelope.ts";
import { fromFailure } from "./failure.ts";
import { FrameBatch } from "./frame-batch.ts";

export interface RpcSettings {
  readonly timeoutMicros: number;
  /** Calls under way at most: "overloaded" past it (I11). */
  readonly callsMax: number;
}

export const DEFAULT_RPC_SETTINGS: RpcSettings = { timeoutMicros: 10_000_000, callsMax: 20_000 };

interface PendingCall {
  readonly deadline: number;
  resolve(frame: Frame__Output): void;
  reject(error: Error): void;
}

export interface StreamHandler {
  onFrame(frame: Frame__Output): void;
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

  /** The body is the client's from now on. `bytes`: a rough size of it. */
  call(body: Frame, bytes = 0): Promise<Frame__Output> {
    if (this.#closed) return Promise.reject(this.#unavailable("the client was closed"));
    if (this.#pending.size >= this.#settings.callsMax) {
      const text = `${this.#pending.size} calls to ${this.#address} are under way`;
      return Promise.reject(new ServiceError("overloaded", text));
    }
    return new Promise((resolve, reject) => {
      const call = this.#nextCall++;
      const deadline = this.#clock.monotonicMicros() + this.#settings.timeoutMicros;
      this.#pending.set(call, { deadline, resolve, reject });
      this.#armSweep();
      body.call = call;
      this.#connect().batch.add(body, bytes);
    });
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
    channel.onMessage((message) => {
      for (const frame of decodeEnvelope(message)) this.#receive(frame);
    });
    channel.onClose((reason) => this.#lost(connection, reason));
    return connection;
  }

  #receive(frame: Frame__Output): void {
    const pending = this.#pending.get(frame.call);
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
