/**
 * The PostgreSQL protocol as bytes, for what drivers hide: exact command tags, notices, error fields,
 * pipelines and COPY. One request at a time; answers are kept in the order in which they came.
 */
import { connect } from "node:net";
import type { Socket } from "node:net";

export interface WireMessage {
  readonly tag: string;
  readonly body: Buffer;
}

export interface WireColumn {
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
  readonly format: number;
}

const ANSWER_MILLIS_MAX = 300_000;

function cString(value: string): Buffer {
  return Buffer.from(`${value}\0`, "utf8");
}

export function int16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => bytes.writeInt16BE(value, i * 2));
  return bytes;
}

export function int32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeInt32BE(value, i * 4));
  return bytes;
}

export function frame(tag: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(tag, "latin1"), int32(body.length + 4), body]);
}

export function startupPacket(parameters: Readonly<Record<string, string>>): Buffer {
  const names = Object.entries(parameters).flat();
  const body = Buffer.concat([int32(196_608), ...[...names, ""].map(cString)]);
  return Buffer.concat([int32(body.length + 4), body]);
}

export const SSL_REQUEST: Buffer = int32(8, 80_877_103);
export const GSSENC_REQUEST: Buffer = int32(8, 80_877_104);

export const messages = {
  query: (sql: string): Buffer => frame("Q", cString(sql)),
  parse: (sql: string, name = "", types: readonly number[] = []): Buffer =>
    frame("P", cString(name), cString(sql), int16(types.length), int32(...types)),
  /** One format for all parameters and one for all results: 0 text, 1 binary. */
  bind: (
    values: readonly (Buffer | string | null)[],
    options: { statement?: string; portal?: string; input?: number; output?: number } = {},
  ): Buffer =>
    frame(
      "B",
      cString(options.portal ?? ""),
      cString(options.statement ?? ""),
      int16(1, options.input ?? 0),
      int16(values.length),
      ...values.map((value) => {
        if (value === null) return int32(-1);
        const bytes = Buffer.from(value as string);
        return Buffer.concat([int32(bytes.length), bytes]);
      }),
      int16(1, options.output ?? 0),
    ),
  describe: (kind: "S" | "P", name = ""): Buffer => frame("D", Buffer.from(kind), cString(name)),
  execute: (rowsMax = 0, portal = ""): Buffer => frame("E", cString(portal), int32(rowsMax)),
  close: (kind: "S" | "P", name = ""): Buffer => frame("C", Buffer.from(kind), cString(name)),
  sync: (): Buffer => frame("S"),
  flush: (): Buffer => frame("H"),
  copyData: (data: string): Buffer => frame("d", Buffer.from(data, "utf8")),
  copyDone: (): Buffer => frame("c"),
  copyFail: (reason: string): Buffer => frame("f", cString(reason)),
  terminate: (): Buffer => frame("X"),
};

export class WireClient {
  readonly #socket: Socket;
  #input: Buffer = Buffer.alloc(0);
  readonly #received: WireMessage[] = [];
  #wake: (() => void) | undefined;
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#closed = true;
      this.#wake?.();
    });
  }

  /** Connects and logs in as a role that needs no password. */
  static async connect(
    port: number,
    user = "postgres",
    database = "postgres",
  ): Promise<WireClient> {
    const client = await WireClient.open(port);
    client.send(startupPacket({ user, database }));
    const answer = await client.until("Z");
    const failure = answer.find((message) => message.tag === "E");
    if (failure !== undefined) throw new Error(errorFields(failure.body)["M"]);
    return client;
  }

  /** Over a connection that somebody else has made. */
  static over(socket: Socket): WireClient {
    return new WireClient(socket);
  }

  /** A connection on which nothing has been said yet. */
  static open(port: number): Promise<WireClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => resolve(new WireClient(socket)));
      socket.once("error", reject);
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  #take(chunk: Buffer): void {
    this.#input = Buffer.concat([this.#input, chunk]);
    let at = 0;
    while (this.#input.length - at >= 5) {
      const length = this.#input.readInt32BE(at + 1);
      if (this.#input.length - at < length + 1) break;
      const body = Buffer.from(this.#input.subarray(at + 5, at + 1 + length));
      this.#received.push({ tag: String.fromCharCode(this.#input[at] ?? 0), body });
      at += length + 1;
    }
    this.#input = this.#input.subarray(at);
    this.#wake?.();
  }

  send(...parts: Buffer[]): void {
    this.#socket.write(Buffer.concat(parts));
  }

  /** What came up to and with the first message of one of `tags`, or until the connection ended. */
  async until(tags: string): Promise<readonly WireMessage[]> {
    const deadline = Date.now() + ANSWER_MILLIS_MAX;
    for (;;) {
      const found = this.#received.findIndex((message) => tags.includes(message.tag));
      if (found >= 0) return this.#received.splice(0, found + 1);
      if (this.#closed) return this.#received.splice(0);
      if (Date.now() > deadline) throw new Error(`no ${tags} came: ${this.#summary()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000);
        this.#wake = (): void => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  #summary(): string {
    return this.#received.map((message) => message.tag).join("");
  }

  async query(sql: string): Promise<readonly WireMessage[]> {
    this.send(messages.query(sql));
    return this.until("Z");
  }

  close(): void {
    this.#socket.end(messages.terminate());
    this.#socket.destroy();
  }
}

export function readText(body: Buffer, at = 0): string {
  return body.toString("utf8", at, body.indexOf(0, at));
}

/** The fields of an ErrorResponse or NoticeResponse by their letter. */
export function errorFields(body: Buffer): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (let at = 0; at < body.length && body[at] !== 0;) {
    const text = readText(body, at + 1);
    fields[String.fromCharCode(body[at] ?? 0)] = text;
    at += 2 + Buffer.byteLength(text);
  }
  return fields;
}

export function columnsOf(body: Buffer): readonly WireColumn[] {
  const columns: WireColumn[] = [];
  let at = 2;
  for (let n = body.readInt16BE(0); n > 0; n--) {
    const name = readText(body, at);
    at += Buffer.byteLength(name) + 1;
    columns.push({
      name,
      type: body.readInt32BE(at + 6),
      typmod: body.readInt32BE(at + 12),
      format: body.readInt16BE(at + 16),
    });
    at += 18;
  }
  return columns;
}

export function valuesOf(body: Buffer): readonly (Buffer | null)[] {
  const values: (Buffer | null)[] = [];
  let at = 2;
  for (let n = body.readInt16BE(0); n > 0; n--) {
    const length = body.readInt32BE(at);
    at += 4;
    values.push(length < 0 ? null : body.subarray(at, at + length));
    at += Math.max(length, 0);
  }
  return values;
}
