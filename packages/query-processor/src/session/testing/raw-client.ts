/** A client that speaks the protocol message by message, for tests of what drivers never do. */
import { connect } from "node:net";
import type { Socket } from "node:net";

export interface RawMessage {
  readonly type: string;
  readonly body: Buffer;
}

export function startupPacket(
  parameters: Readonly<Record<string, string>>,
  version: number = 196608,
): Buffer {
  const body = Buffer.concat([
    ...Object.entries(parameters).map(([name, value]) => Buffer.from(`${name}\0${value}\0`)),
    Buffer.from([0]),
  ]);
  const header = Buffer.alloc(8);
  header.writeInt32BE(body.length + 8, 0);
  header.writeInt32BE(version, 4);
  return Buffer.concat([header, body]);
}

export function message(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(5);
  header.write(type, 0, "latin1");
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

export class RawClient {
  readonly socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #wake: () => void = () => {};
  closed = false;

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.setNoDelay(true);
    this.socket.on("error", () => {});
    this.socket.on("data", (data) => {
      this.#bytes = Buffer.concat([this.#bytes, data]);
      this.#wake();
    });
    this.socket.on("close", () => {
      this.closed = true;
      this.#wake();
    });
  }

  static async connect(
    port: number,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<RawClient> {
    const client = new RawClient(port);
    client.socket.write(startupPacket({ user: "postgres", database: "postgres", ...parameters }));
    await client.until("Z");
    return client;
  }

  send(type: string, body?: Buffer): void {
    this.socket.write(message(type, body));
  }

  query(text: string): void {
    this.send("Q", Buffer.from(`${text}\0`));
  }

  /** What has arrived so far. */
  drain(): RawMessage[] {
    return this.#drainMessages(undefined);
  }

  async more(): Promise<void> {
    if (this.closed) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  async untilClosed(): Promise<RawMessage[]> {
    while (!this.closed) await this.more();
    return this.#drainMessages(undefined);
  }

  /** The messages up to one of these types, or up to the end of the connection. */
  async until(types: string): Promise<RawMessage[]> {
    const messages: RawMessage[] = [];
    for (;;) {
      messages.push(...this.#drainMessages(types));
      if (types.includes(messages.at(-1)?.type ?? "?") || this.closed) return messages;
      await this.more();
    }
  }

  #drainMessages(types: string | undefined): RawMessage[] {
    const messages: RawMessage[] = [];
    while (this.#bytes.length >= 5) {
      const length = this.#bytes.readInt32BE(1);
      if (this.#bytes.length < length + 1) break;
      const type = this.#bytes.toString("latin1", 0, 1);
      messages.push({ type, body: this.#bytes.subarray(5, length + 1) });
      this.#bytes = this.#bytes.subarray(length + 1);
      if (types?.includes(type) === true) break;
    }
    return messages;
  }

  /** "ERROR 42601 message" and the context on a line of its own; empty when there is no error. */
  errorText(messages: readonly RawMessage[]): string {
    const error = messages.find(({ type }) => type === "E");
    if (error === undefined) return "";
    const fields = new Map(
      error.body
        .toString()
        .split("\0")
        .map((field) => [field.slice(0, 1), field.slice(1)]),
    );
    const first = `${fields.get("S") ?? ""} ${fields.get("C") ?? ""} ${fields.get("M") ?? ""}`;
    const where = fields.get("W");
    return where === undefined ? first : `${first}\n${where}`;
  }

  tags(messages: readonly RawMessage[]): string[] {
    return messages
      .filter(({ type }) => type === "C")
      .map(({ body }) => body.toString("utf8", 0, body.length - 1));
  }

  close(): void {
    this.socket.destroy();
  }
}
