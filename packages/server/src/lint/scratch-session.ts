/** One session of a database that is there to be tried on: a statement at a time, what it answers. */
import { connect } from "node:net";
import type { Socket } from "node:net";
import { DatabaseError, parse, serialize } from "pg-protocol";

export interface Refusal {
  readonly sqlstate: string;
  readonly message: string;
  readonly hint: string | undefined;
  /** In characters from 1, within the statement. */
  readonly position: number | undefined;
}

/** As ReadyForQuery says it: idle, in a transaction, in one that has failed. */
export type BlockStatus = "I" | "T" | "E";

export class ScratchSession {
  readonly #socket: Socket;
  #refusal: Refusal | undefined;
  #status: BlockStatus = "I";
  #ready: (() => void) | undefined;
  #lost: ((error: Error) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    void parse(socket, (message) => this.#heard(message));
    socket.on("error", (error) => this.#lost?.(error));
    socket.on("close", () => this.#lost?.(new Error("the database ended the session")));
  }

  static async open(port: number, user: string): Promise<ScratchSession> {
    const socket = connect(port, "127.0.0.1");
    const session = new ScratchSession(socket);
    await session.#answered(serialize.startup({ user, database: "postgres" }));
    return session;
  }

  get status(): BlockStatus {
    return this.#status;
  }

  /** What it was refused with; undefined: it ran. */
  async run(statement: string): Promise<Refusal | undefined> {
    await this.#answered(serialize.query(statement));
    return this.#refusal;
  }

  close(): void {
    this.#lost = undefined;
    this.#socket.destroy();
  }

  #answered(message: Buffer): Promise<void> {
    this.#refusal = undefined;
    return new Promise((resolve, reject) => {
      this.#ready = resolve;
      this.#lost = reject;
      this.#socket.write(message);
    });
  }

  #heard(message: object): void {
    if (message instanceof DatabaseError) {
      const { code = "XX000", position, hint } = message;
      const at = position === undefined ? undefined : Number(position);
      this.#refusal ??= { sqlstate: code, message: message.message, hint, position: at };
    } else if ("name" in message && message.name === "copyInResponse") {
      // The data of a file is not looked at.
      this.#socket.write(serialize.copyDone());
    } else if ("status" in message && (message as { name?: string }).name === "readyForQuery") {
      this.#status = String(message.status) as BlockStatus;
      this.#ready?.();
    }
  }
}
