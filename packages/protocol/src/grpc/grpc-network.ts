/**
 * The Network port on gRPC: one bidirectional stream per channel. Messages are envelopes that are
 * encoded already, so gRPC only frames them.
 */
import type { Channel, Listener, Network } from "@firstlight/common";
import * as grpc from "@grpc/grpc-js";
import { EXCHANGE_PATH } from "../rpc/envelope.ts";

/** Envelopes are bounded by who makes them; a transaction's log entry may be large. */
const OPTIONS: grpc.ChannelOptions = {
  "grpc.max_send_message_length": -1,
  "grpc.max_receive_message_length": -1,
  "grpc.keepalive_time_ms": 10_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  "grpc.use_local_subchannel_pool": 1,
};

/** Bytes that may wait in a channel before it is given up (I11). */
const BUFFER_BYTES_MAX = 512 << 20;

const identity = (bytes: Buffer): Buffer => bytes;

const METHOD: grpc.MethodDefinition<Buffer, Buffer> = {
  path: EXCHANGE_PATH,
  requestStream: true,
  responseStream: true,
  requestSerialize: identity,
  requestDeserialize: identity,
  responseSerialize: identity,
  responseDeserialize: identity,
};

interface Stream {
  write(message: Buffer, written: () => void): boolean;
  end(): void;
  on(event: "data", listener: (message: Buffer) => void): unknown;
  on(event: "end" | "close" | "cancelled", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** Lengths of the messages that a stream has not written yet; it writes them in order. */
class Unwritten {
  #lengths: number[] = [];
  #head = 0;
  bytes = 0;

  add(length: number): void {
    this.#lengths.push(length);
    this.bytes += length;
  }

  readonly removeFirst = (): void => {
    this.bytes -= this.#lengths[this.#head] ?? 0;
    this.#head++;
    if (this.#head < this.#lengths.length && this.#head < 1024) return;
    this.#lengths = this.#lengths.slice(this.#head);
    this.#head = 0;
  };
}

class StreamChannel implements Channel {
  readonly #stream: Stream;
  readonly #release: () => void;
  readonly #unwritten = new Unwritten();
  #closed: string | undefined;
  #onMessage: ((message: Uint8Array) => void) | undefined;
  #onClose: ((reason: string) => void) | undefined;

  constructor(stream: Stream, release: () => void) {
    this.#stream = stream;
    this.#release = release;
    stream.on("data", (message) => this.#onMessage?.(message));
    stream.on("error", (error) => this.#finish(error.message));
    stream.on("end", () => this.close("the other side ended"));
    stream.on("close", () => this.#finish("closed"));
    stream.on("cancelled", () => this.#finish("cancelled"));
  }

  get queuedBytes(): number {
    return this.#closed === undefined ? this.#unwritten.bytes : 0;
  }

  send(message: Uint8Array): void {
    if (this.#closed !== undefined) return;
    const { buffer, byteOffset, byteLength } = message;
    if (this.#unwritten.bytes + byteLength > BUFFER_BYTES_MAX) {
      this.close("the other side does not keep up");
      return;
    }
    this.#unwritten.add(byteLength);
    this.#stream.write(Buffer.from(buffer, byteOffset, byteLength), this.#unwritten.removeFirst);
  }

  onMessage(listener: (message: Uint8Array) => void): void {
    this.#onMessage = listener;
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose = listener;
    if (this.#closed !== undefined) queueMicrotask(() => listener(this.#closed ?? "closed"));
  }

  close(reason = "closed"): void {
    if (this.#closed !== undefined) return;
    this.#stream.end();
    this.#finish(reason);
  }

  #finish(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#release();
    this.#onClose?.(reason);
  }
}

export class GrpcNetwork implements Network {
  connect(address: string): Channel {
    const client = new grpc.Client(address, grpc.credentials.createInsecure(), OPTIONS);
    const { path, requestSerialize, responseDeserialize } = METHOD;
    const stream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    return new StreamChannel(stream as unknown as Stream, () => client.close());
  }

  async listen(address: string, accept: (channel: Channel) => void): Promise<Listener> {
    const server = new grpc.Server(OPTIONS);
    server.addService({ Exchange: METHOD } as grpc.ServiceDefinition, {
      Exchange: (call: grpc.ServerDuplexStream<Buffer, Buffer>) => {
        accept(new StreamChannel(call as unknown as Stream, () => {}));
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const host = address.slice(0, address.lastIndexOf(":"));
    return {
      address: `${host}:${port}`,
      close: () =>
        new Promise((resolve) => {
          server.forceShutdown();
          resolve();
        }),
    };
  }
}
