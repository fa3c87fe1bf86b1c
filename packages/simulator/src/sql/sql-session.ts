/**
 * A client's session with a query processor of the same machine: the wire protocol's simple queries
 * over a byte stream that never fails, text in and rows of text out.
 */
import type { ClientSocket } from "../transactions.ts";

/** What the server answered with an ErrorResponse. */
export class SqlFailure extends Error {
  readonly sqlstate: string;

  constructor(sqlstate: string, message: string) {
    super(message);
    this.sqlstate = sqlstate;
  }
}

type SqlRow = readonly (string | null)[];

function startupPacket(): Buffer {
  const body = Buffer.from("user\0postgres\0database\0postgres\0\0");
  const header = Buffer.alloc(8);
  header.writeInt32BE(body.length + 8, 0);
  header.writeInt32BE(196_608, 4);
  return Buffer.concat([header, body]);
}

function queryMessage(text: string): Buffer {
  const body = Buffer.from(`${text}\0`);
  const header = Buffer.alloc(5);
  header.write("Q", 0, "latin1");
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

function failureOf(body: Buffer): SqlFailure {
  const fields = new Map<string, string>();
  for (const field of body.toString().split("\0")) fields.set(field.slice(0, 1), field.slice(1));
  return new SqlFailure(fields.get("C") ?? "", fields.get("M") ?? "");
}

function rowOf(body: Buffer): SqlRow {
  const row: (string | null)[] = [];
  let at = 2;
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at);
    at += 4;
    row.push(length < 0 ? null : body.toString("utf8", at, at + length));
    at += Math.max(length, 0);
  }
  return row;
}

export class SqlSession {
  readonly #hear: (data: Buffer) => void;
  #bytes: Buffer = Buffer.alloc(0);
  #rows: SqlRow[] = [];
  #failure: SqlFailure | undefined;
  #isClosed = false;
  #answered: () => void = () => {};
  #ready: Promise<void>;

  constructor(accept: (socket: ClientSocket) => void) {
    let hear: (data: Buffer) => void = () => {};
    this.#ready = this.#nextAnswer();
    accept({
      remoteAddress: "127.0.0.1",
      write: (data) => {
        this.#received(data);
        return true;
      },
      onData: (listener) => (hear = listener),
      onDrain: () => {},
      onClose: () => {},
      pause: () => {},
      resume: () => {},
      end: () => this.#close(),
      destroy: () => this.#close(),
    });
    this.#hear = (data) => hear(data);
    this.#hear(startupPacket());
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  #nextAnswer(): Promise<void> {
    return new Promise((resolve) => (this.#answered = resolve));
  }

  #close(): void {
    this.#isClosed = true;
    this.#failure ??= new SqlFailure("08006", "the server closed the connection");
    this.#answered();
  }

  #received(data: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, data]);
    while (this.#bytes.length >= 5) {
      const length = this.#bytes.readInt32BE(1);
      if (this.#bytes.length < length + 1) return;
      const type = this.#bytes.toString("latin1", 0, 1);
      this.#message(type, this.#bytes.subarray(5, length + 1));
      this.#bytes = this.#bytes.subarray(length + 1);
    }
  }

  #message(type: string, body: Buffer): void {
    if (type === "E") this.#failure ??= failureOf(body);
    else if (type === "D") this.#rows.push(rowOf(body));
    else if (type === "Z") this.#answered();
  }

  /** The rows of all statements of the text; throws the first SqlFailure. */
  async query(text: string): Promise<readonly SqlRow[]> {
    await this.#ready;
    if (this.#isClosed) throw new SqlFailure("08003", "the connection is closed");
    this.#rows = [];
    this.#failure = undefined;
    this.#ready = this.#nextAnswer();
    this.#hear(queryMessage(text));
    await this.#ready;
    if (this.#failure !== undefined) throw this.#failure as SqlFailure;
    return this.#rows;
  }
}
