/**
 * Drives one session's task over its socket: feeds it bytes, waits for what it waits for, and sends
 * what it released, once per wait. A client that does not read is not read from; at most
 * READ_AHEAD bytes are kept for a session that is busy.
 */
import type { Framer } from "../wire/framer.ts";
import type { Output } from "../wire/output.ts";
import type { ClientSocket, TlsFacts } from "./client-socket.ts";
import { INPUT } from "./task.ts";
import type { Task, Wait } from "./task.ts";

const READ_AHEAD = 256 * 1024;

export interface ConnectionEvents {
  /** The client is gone while the task works: it should come to an end soon. */
  lost(): void;
  /** The task is over, and with it the connection. */
  closed(): void;
  failed(error: unknown): void;
}

export class Connection {
  readonly #socket: ClientSocket;
  readonly #framer: Framer;
  readonly #output: Output;
  readonly #events: ConnectionEvents;
  #task: Task<void> | undefined;
  #state: "running" | "input" | "promise" | "over" = "running";
  #blocked = false;
  #paused = false;
  #gone = false;
  /** Why what the client sends is not kept any more. */
  #refusal: Error | undefined;
  #tls: TlsFacts | undefined;
  #drainListeners: (() => void)[] = [];

  constructor(socket: ClientSocket, framer: Framer, output: Output, events: ConnectionEvents) {
    this.#socket = socket;
    this.#framer = framer;
    this.#output = output;
    this.#events = events;
  }

  start(task: Task<void>): void {
    this.#task = task;
    this.#socket.onData((data) => {
      this.#received(data);
    });
    this.#socket.onDrain(() => {
      this.#drained();
    });
    this.#socket.onClose(() => {
      this.#lost();
    });
    this.#advance(undefined);
  }

  get remoteAddress(): string {
    return this.#socket.remoteAddress;
  }

  /** Whether the client is behind with reading. */
  get blocked(): boolean {
    return this.#blocked;
  }

  get waitsForInput(): boolean {
    return this.#state === "input";
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Resolves when the client has caught up or is gone. */
  drained(): Promise<void> {
    if (!this.#blocked || this.#gone) return Promise.resolve();
    return new Promise((resolve) => this.#drainListeners.push(resolve));
  }

  /** The client need not catch up any more: the connection is about to end. */
  stopWaitingForClient(): void {
    this.#drained();
  }

  /** Sends what was released. */
  flush(): void {
    if (!this.#output.hasReleased) return;
    const bytes = this.#output.take();
    if (this.#gone) return;
    if (!this.#socket.write(bytes)) this.#blocked = true;
  }

  get offersTls(): boolean {
    return this.#socket.offersTls === true;
  }

  /** How what comes and goes is encrypted; undefined: it is not. */
  get tls(): TlsFacts | undefined {
    return this.#tls;
  }

  /** False when the client did not manage: it is gone then. */
  async startTls(received: Buffer): Promise<boolean> {
    this.#tls = await this.#socket.startTls?.(received);
    return this.#tls !== undefined;
  }

  /** Ends it without a word. */
  abandon(): void {
    this.#socket.destroy();
  }

  writeRaw(bytes: Buffer): void {
    if (!this.#gone) this.#socket.write(bytes);
  }

  /** Ends the wait for input with an error. */
  interruptInput(error: unknown): void {
    if (this.#state === "input") this.#throwInto(error);
  }

  #received(data: Buffer): void {
    if (this.#state === "over") return;
    if (!this.#keep(data)) return;
    if (this.#state === "input") {
      this.#advance(undefined);
    } else if (this.#framer.buffered > READ_AHEAD && !this.#paused) {
      this.#paused = true;
      this.#socket.pause();
    }
  }

  /** False when there is no room for it: the task is told at its next wait for input. */
  #keep(data: Buffer): boolean {
    if (this.#refusal !== undefined) return false;
    try {
      this.#framer.push(data);
      return true;
    } catch (error) {
      this.#refusal = error instanceof Error ? error : new Error(String(error));
    }
    if (this.#state === "input") this.#throwInto(this.#refusal);
    return false;
  }

  #drained(): void {
    this.#blocked = false;
    const listeners = this.#drainListeners;
    if (listeners.length === 0) return;
    this.#drainListeners = [];
    for (const listener of listeners) listener();
  }

  #lost(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#drained();
    if (this.#state === "input") this.#finish();
    else if (this.#state === "promise") this.#events.lost();
  }

  /** Runs the task's finally blocks and forgets it. */
  #finish(): void {
    if (this.#state === "over") return;
    this.#state = "running";
    try {
      this.#task?.return(undefined);
    } catch (error) {
      this.#events.failed(error);
    }
    this.#over();
  }

  #over(): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#task = undefined;
    this.#output.release();
    this.flush();
    if (!this.#gone) this.#socket.end();
    this.#events.closed();
  }

  #advance(value: unknown): void {
    const task = this.#task;
    if (task === undefined) return;
    this.#state = "running";
    try {
      this.#settle(task.next(value));
    } catch (error) {
      this.#events.failed(error);
      this.#over();
    }
  }

  #throwInto(error: unknown): void {
    const task = this.#task;
    if (task === undefined) return;
    this.#state = "running";
    try {
      this.#settle(task.throw(error));
    } catch (thrown) {
      this.#events.failed(thrown);
      this.#over();
    }
  }

  #settle(step: IteratorResult<Wait, void>): void {
    if (step.done === true) {
      this.#over();
      return;
    }
    this.flush();
    if (this.#gone && step.value === INPUT) {
      this.#finish();
      return;
    }
    if (step.value === INPUT) {
      if (this.#refusal !== undefined) {
        this.#throwInto(this.#refusal);
        return;
      }
      this.#state = "input";
      if (this.#paused) {
        this.#paused = false;
        this.#socket.resume();
      }
      return;
    }
    this.#state = "promise";
    step.value.then(
      (value) => {
        this.#advance(value);
      },
      (error: unknown) => {
        this.#throwInto(error);
      },
    );
  }
}
